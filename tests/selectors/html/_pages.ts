/** Pages that have something of everything, for machines that have no others. */
export const PAGES: readonly string[] = [
  `<!doctype html><html lang=en><head><meta charset=utf-8><title>Shop &amp; more</title>
<style>p > b { color: red } /* </p> */</style><script>if (a < b && c) document.write("<p>")</script>
<link rel="stylesheet" href='/a.css?x=1&y=2'><noscript><img src=x></noscript></head>
<body class="home page" data-x='{"a": 1}'><!-- header --><header><h1 id=top>Shop</h1></header>
<nav><ul><li><a href=/a>A</a><li><a href="/b" class=active>B &raquo;</a></ul></nav>
<table class=t border=1><caption>Prices</caption><colgroup><col><col></colgroup>
<thead><tr><th>Name<th>Price</thead><tbody><tr><td>Tea</td><td>4.50&nbsp;&euro;</td></tr>
<tr><td>Cup<td>12</table><p>One<p>Two<br>three <b>bold <i>both</b> italic</i> end
<form action=/s><input type=text name=q value="a &quot;b&quot;" required><select name=s>
<optgroup label=g><option value=1 selected>One<option>Two</optgroup></select>
<textarea>
 raw <b> &lt;</textarea><button type=submit disabled>Go</button></form>
<svg viewBox="0 0 9 9"><linearGradient id=g><stop offset=0 /></linearGradient><a xlink:href="#g">
<title>t</title><foreignObject><div>in</div></foreignObject></a></svg>
<math><mi>x</mi><annotation-xml encoding="text/html"><p>y</p></annotation-xml></math>
<template><tr><td>cell</td></tr><p>para<template><b>inner</b></template></template>
<pre>
 code &lt;x&gt;
</pre><iframe src=x><p>no</iframe><ruby>a<rt>b</ruby></body></html>
`,
  `<TABLE WIDTH=100%><TR><TD ALIGN="left" NOWRAP><FONT COLOR=#ff0000 SIZE=2>Old <A HREF='x.htm'
>page</A></FONT><TD><CENTER><IMG SRC="a.gif" ALT="a > b" BORDER=0></CENTER><TR><TD>&copy 1999
<SCRIPT LANGUAGE=JavaScript><!--
document.write("<b>x<\\/b>");
//--></SCRIPT></TABLE><HR NOSHADE><DL><DT>t<DD>d<DT>u</DL><P ALIGN=center>a<P>b</BODY></HTML>`,
];
