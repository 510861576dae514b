"""Records what lxml answers, as answers.jsonl: /usr/bin/python3 record.py (Debian's python3-lxml)."""

import json
from pathlib import Path

from lxml import etree, html

HERE = Path(__file__).parent
ATOM = {"a": "http://www.w3.org/2005/Atom", "m": "http://search.yahoo.com/mrss/"}
RE = {"re": "http://exslt.org/regular-expressions", "set": "http://exslt.org/sets"}

HTML = """
/
/html
/html/body/h1
/HTML
//li
//LI
//li/a
//li//b
//*
//node()
//text()
//comment()
//@*
//@href
//@class
//li/@class
//li[1]
//li[2]
//li[last()]
//li[last()-1]
//li[position()>1]
//li[position()<3]
//li[position() mod 2 = 1]
//li[position()=2]/a
//li[5]
//li[0]
//li[1.5]
//li['x']
//li['']
//li[true()]
//li[false()]
//a[1]
//a[2]
(//a)[1]
(//a)[2]
(//a)[last()]
(//a)[position()>3]
(//li | //a)[2]
//td[1]
//td[last()]
//tr[2]/td[2]
//tr/td[1]/text()
//li[a]
//li[em]
//li[not(em)]
//li[a/b]
//li[.//b]
//li[.//i]/@data-price
//*[@id]
//*[@id='deep']
//*[@id="list"]/li
//*[@id='nothing']
//li[@class='product']
//li[@class!='product']
//li[contains(@class,'product')]
//li[contains(concat(' ',normalize-space(@class),' '),' sale ')]
//li[starts-with(@class,'prod')]
//li[@data-price>5]
//li[@data-price>=7]
//li[@data-price<7]
//li[@data-price<=4.5]
//li[5<@data-price]
//li[@data-price=12]
//li[@data-price='12']
//li[@data-price=@data-price]
//li[span=12]
//li[span='12']
//li[span=7 or span=12]
//li[span>4 and span<10]
//li[@class][2]
//li[2][@class]
//li[@class='product'][2]
//li[span][last()]
//li[position()=last()]
//li/..
//li/parent::ul
//li/parent::ol
//b/ancestor::*
//b/ancestor::*[1]
//b/ancestor::*[2]
//b/ancestor::*[last()]
//b/ancestor-or-self::*
//b/ancestor-or-self::node()
//b/ancestor::li/@class
//span/ancestor::div
//p/ancestor::div[1]
//p/ancestor::div[last()]
//li[2]/following-sibling::*
//li[2]/following-sibling::li[1]
//li[3]/preceding-sibling::*
//li[3]/preceding-sibling::li[1]
//li[3]/preceding-sibling::li[last()]
//li/following-sibling::li
//li/preceding-sibling::li
//li/following-sibling::li[1]
//li/preceding-sibling::*[1]
//em/following::*
//em/following::td
//em/following::td[1]
//em/preceding::*
//em/preceding::a
//em/preceding::a[1]
//em/preceding::text()[1]
//li/following::p
//li/preceding::a
//li/descendant::*
//li/descendant::span[1]
//li/descendant-or-self::*[1]
//ul/descendant::a[2]
//ul/descendant-or-self::node()
//div//p
//div//div
//div/div/div/p/span
//div[div]
//div[p and div]
//div/self::div
//*[self::p or self::h1]
//p/self::div
//p/node()
//p/text()
//p//text()
//p/text()[2]
//h1/text()
//ul/li/a/text()
//a/node()[1]
//body/comment()
//body/comment()[2]
//comment()[.='top']
//comment()/following-sibling::*[1]
//comment()/..
//@id/..
//@id/parent::div
//li/@class/parent::*
//@data-price[.>5]
//@data-price[. > 5]/../a
//li/@*[2]
//li/@*[last()]
//li/attribute::class
//li/attribute::*
//@*[name()='href']
//a/@href[contains(.,'tea')]
//@class/ancestor::ul
//@id/following::em
//@id/preceding::h1
//li/@class/self::node()
//li/@class/self::*
//li/@class/child::node()
//li/@class/descendant-or-self::node()
//li/@class/following-sibling::node()
//a | //b
//b | //a
//a/@href | //li/@class
//li | //li
//li[1] | //li[3] | //h1
//title | //h1/text() | //@lang
//ul/li[2]/a | //ul/li[1]/a
.
..
*
body
./body/h1
.//h1
self::html
self::node()
head/title/text()
body/*[1]
body/*[last()]
body//a[@href='/tea']
body/div/a[last()]/@href
count(//li)
count(//li | //a)
count(//li[a])
count(//nothing)
count(//@*)
count(//text())
count(//node())
count(//li/@*)
count(/)
count(//td/..)
count(//li) + count(//a) * 2
count(//li) * 2 - 1
count(//li) div 2
count(//li) mod 3
-count(//li)
--count(//li)
- -1
1 - -1
3 mod 2
5 mod -2
-5 mod 2
1.5 mod 0.5
1 div 0
-1 div 0
0 div 0
1 + 2 * 3
(1 + 2) * 3
2 * 3 mod 4
10 - 3 - 2
7 div 2
1 = 1
1 = 2
1 != 2
'a' = 'a'
'a' != 'b'
'1' = 1
'1.0' = 1
true() = 1
true() = 'x'
false() = ''
1 < 2
2 <= 2
'2' > '10'
'a' < 'b'
1 < 2 < 3
3 > 2 > 1
1 = 1 = 1
//li = 'Nothing'
//li != 'Nothing'
//td = 3
//td > 3
//td < 1
//td != //td
//td = //span
//td < //span
//td >= //span
//nothing = //nothing
//nothing = ''
//nothing != ''
//nothing = false()
//li = true()
//td/text() = '2'
true() and false()
true() or false()
1 and 'x'
0 or ''
not(//li)
not(//nothing)
not(0)
boolean(//li)
boolean(//nothing)
boolean('')
boolean('false')
boolean(0)
boolean(-1)
boolean(0 div 0)
string(//li)
string(//li[2])
string(//nothing)
string(//@href)
string(//comment())
string(/)
string(1)
string(1.5)
string(-0.5)
string(0.1 + 0.2)
string(1 div 3)
string(100000)
string(123456789)
string(0.001)
string(-1 div 0)
string(0 div 0)
string(-0)
string(true())
string()
number('12')
number(' 12 ')
number('-1.5')
number('1.')
number('.5')
number('+1')
number('abc')
number('')
number(true())
number(//span)
number(//nothing)
number(//em)
sum(//td[.!=''])
sum(//td)
sum(//span)
sum(//@data-price)
sum(//nothing)
floor(2.6)
floor(-2.5)
ceiling(2.2)
ceiling(-2.5)
round(2.5)
round(-2.5)
round(2.4)
round(0 div 0)
concat('a','b')
concat('a',1,true(),//em)
starts-with('abc','ab')
starts-with('abc','')
starts-with('','a')
contains('abc','bc')
contains('abc','')
contains(//em,'al')
substring-before('1999/04/01','/')
substring-before('abc','x')
substring-before('abc','')
substring-after('1999/04/01','/')
substring-after('1999/04/01','19')
substring-after('abc','x')
substring-after('abc','')
substring('12345',2,3)
substring('12345',2)
substring('12345',1.5,2.6)
substring('12345',0,3)
substring('12345',0 div 0,3)
substring('12345',1,0 div 0)
substring('12345',-42,1 div 0)
substring('12345',-1 div 0,1 div 0)
substring('12345',-3)
substring('12345',10)
substring('12345',2,-1)
substring('a😀b',2,1)
substring('a😀b',3)
string-length('abc')
string-length('')
string-length('a😀b')
string-length(//h1)
string-length(//p[@id='last'])
string-length()
normalize-space('  a  b  ')
normalize-space(//h1)
normalize-space(' ')
translate('bar','abc','ABC')
translate('--aaa--','abc-','ABC')
translate('aaa','aa','bc')
translate('a😀b','😀','x')
translate(//em,'sale','SALE')
name(//li)
name(//@href)
name(/)
name(//comment())
name(//nothing)
local-name(//li)
local-name(//@class)
namespace-uri(//li)
name()
local-name()
namespace-uri()
id('list')
id('list menu')
id('menu list nothing')
id('deep')/p
id(//nothing)
id('last')/preceding-sibling::h1
count(id('list')/li)
position()
last()
//li[count(*)=3]
//li[count(a)=count(span)]
//li[string-length(span)>1]
//*[string-length(name())=2]
//*[name()='li']
//*[local-name()='li'][2]
//*[starts-with(name(),'t')]
//*[count(*)=2]
//*[not(*)]
//*[not(node())]
//*[text()]
//*[text()='second']
//*[.='second']
//*[normalize-space()='Tea and cups']
//*[contains(text(),'deep')]
//*[contains(.,'deeper')]
//a[text()='Tea']
//a[.='Green tea']
//a[b]
//a[string()='Black tea']
//a[normalize-space(.)='A blue cup']/..
//li[span[.>5]]
//li[span[1]]
//li[*[2]]
//li[*[3]]
//li[*[last()][self::em]]
//li[a[b[.='tea']]]
//li[preceding-sibling::li]
//li[following-sibling::li[@class='other']]
//li[not(preceding-sibling::*)]
//li[not(following-sibling::*)]
//li[count(preceding-sibling::li)=1]
//li[count(preceding-sibling::*)+1=2]
//li[../@id='list']
//li[ancestor::ul[@id='list']]
//td[count(../td)=3]
//td[position()=count(../td)]
//tr[td[.=4]]
//tr[last()]/td[last()]/preceding-sibling::td[1]
//tr/td[position()=2 or position()=3]
//tr/*[position()!=1]
//p[1]
//p[last()]
//div/p[1]
//div//p[1]
/descendant::p[1]
/descendant::p[last()]
/descendant::p[2]/text()
/descendant-or-self::node()/p
/descendant::*[@class][3]
/*
/*/*
/*/*/*[2]
/*[1]/*[2]/*[3]
//*[@*]
//*[@*='price']
//*[@class='price']/text()
//*[@lang]
//*[@href][1]
//a[@class and @href]
//a[@class or @id]
//a[not(@class)]
//a[@class='link' and position()=1]
//a[position()=1 and @class='link']
//a[@href][position()=2]
//ul/*[self::li][2]
//ul/li[a][span][2]
//*[@id='menu']/a[last()]/preceding-sibling::a/@href
//*[@id='menu']/a/following-sibling::a[1]
//h1/following::a[position()<4]
//h1/following-sibling::*[1]/self::div
//ul/preceding-sibling::*[1]
//ul/preceding-sibling::*[position()=1]/@id
//ul/preceding-sibling::node()[1]
(//ul/preceding-sibling::*)[1]
//table/preceding::a[1]
(//table/preceding::a)[1]
//span[ancestor::li][1]
//span/preceding-sibling::a/*
//*[@id=//p/@id]
//li[@data-price > //span[1]]
//a[contains(@href, 'tea')]/@href
//a[substring(@href, 2, 3)='tea']
//a[translate(.,'T','t')='tea']
//a[string-length(@href) > 5]
//body/*[position() >= 2 and position() <= 3]
//body/*[name()!='div']
//body//text()[normalize-space()]
//text()[contains(., 'tea')]
//text()[.='Tea']/..
//text()[../@class='price']
//text()/parent::b
//b/text()/ancestor::li
//i/text()/following::text()[1]
//i/text()/preceding::text()[1]
//i/following-sibling::text()
//i/preceding-sibling::text()
//node()[self::em]
//processing-instruction()
//child::li
/child::html/child::body/child::h1
//ul/child::li[position()=1]/attribute::class
/html/body//ul//li//a//b
/html//div[@id]//p//text()
//*[@id='deep']/ancestor::*/@id
//*[@id='deep']/ancestor-or-self::div[1]/@id
//p[span]/../../..
//p[span]/../../../p
//div[@id='menu']/a[@class='link active']/preceding-sibling::a[1]/text()
//div[last()]
//div[last()]/p
//div[1]
//div[not(@*)]
//div[not(.//div)]
//div[count(.//div)=2]
//div/descendant::div[1]
(//div//div)[1]
//div[.//span]/p
//@*[.='/tea']
//@*[starts-with(name(), 'data')]
//@lang
//*[not(self::li)][@class]
//*[self::li and @data-price=7]
//*[*]/*[1][self::a]
//li[position() = //nothing]
//li[number(@data-price) = 7]
//li[floor(@data-price) = 4]
//li[sum(span) = 12]
//li[boolean(em)]
//li[string(em) = 'sale']
//li[(em)]
//li[(2)]
//li[1+1]
//li[count(//li)]
//li[count(//li) - 1]
//li[number('2')]
//li[string(2)]
//li[last() = 4][2]
//li[a and position() = last() - 1]
*[2]/ul/li[1]
""".strip().splitlines()

HTML_ERRORS = """
//
//li[
//li]
//li[]
li(
'abc
"abc
//li/
foo(1)
count()
count(1)
count('x')
count(//li, //a)
concat('a')
contains('a')
not()
true(1)
position(1)
1 +
+ 1
//li[@]
@
//li/@
//x:li
//@x:href
x:foo()
$undefined
$
!
//li[1 2]
//li a
(//li
//li)
sum(1)
1 | 2
//li | 1
'a'/b
(1)[1]
a::b
child::
..a
//li[position(]
//li[contains(@class 'a')]
//div[@class=]
//div[@class='a' and]
///li
a//
/..//
id()
string(1,2)
substring('a')
translate('a','b')
lang()
#a
a%b
""".strip().splitlines()

FEED = """
/feed
//entry
//title
/a:feed
//a:entry
//a:entry/a:title
//a:entry/a:title/text()
//a:entry[2]
//a:link/@href
//a:link[@rel='self']
//m:content
//m:content/@url
//m:content/@m:width
//@m:width
//@m:*
//@width
//@url
//@*
//m:*
//a:*
//plain
//*[local-name()='content']
//*[local-name()='title']/text()
//*[name()='media:content']
//*[name()='m:content']
//*[namespace-uri()='http://search.yahoo.com/mrss/']
//*[namespace-uri()='']
name(//m:content)
name(//m:group)
local-name(//m:content)
namespace-uri(//m:content)
namespace-uri(//@m:width)
name(//@m:width)
local-name(//@m:width)
namespace-uri(//@url)
//@xml:lang
//@xml:id
//*[@xml:lang='de']
//*[lang('en')]
//*[lang('en-GB')]
//*[lang('EN')]
//*[lang('de')]
//*[lang('fr')]
//a:title[lang('de')]
id('e1')
id('e2 e1')/a:title
count(//namespace::*)
count(/*/namespace::*)
count(//plain/namespace::*)
count(//m:group/namespace::*)
count(//namespace::media)
name(//m:content[@url='3.png']/namespace::m)
string(/*/namespace::media)
string(/*/namespace::a)
string(/*/namespace::xml)
//processing-instruction()
//processing-instruction('target')
//processing-instruction('other')
name(//processing-instruction('target'))
string(//processing-instruction('target'))
/processing-instruction()
/comment()
/node()
/*/preceding-sibling::node()
//a:entry/node()
//a:entry[last()]/a:title/text()
string(//a:entry[last()]/a:title)
//a:entry/following-sibling::*
//comment()/following::a:title[1]
count(//text())
count(//node())
count(//@*)
//a:entry[@xml:id]/@xml:id
/*/@*
//a:entry[a:link/@rel='alternate']/a:title
//a:feed/a:title | //plain
//self::m:content
//ancestor::m:group
//m:content/ancestor::a:entry/@xml:id
//m:content/..
//b:content
""".strip().splitlines()

DATA = """
//b
//b[1]
//b[2]
(//b)[2]
//b/@n
//@n
//@n[. > 3]
//a/b
//a//b
//a//b[1]
//a/*[last()]
//a[b='x']
//a[b!='x']
//a[c]/@n
//n
//n[. > 2]
//n[number() = number()]
//n[. = 10]
//n[. = '10']
//n[. = ' -3 ']
//n[. = -3]
//n[. < 0]
sum(//n)
sum(//n[number()=number()])
sum(//@n)
number(//n[4])
string(//mixed)
//mixed/node()
//mixed/text()
//mixed/text()[2]
//mixed/text()[last()]
//mixed//text()
//mixed/comment()
//mixed/processing-instruction()
//mixed/*
//mixed/e/following-sibling::node()
//mixed/e/preceding-sibling::node()
//mixed/comment()/preceding-sibling::text()
//mixed/comment()/preceding-sibling::text()[1]
//mixed/processing-instruction()/following-sibling::text()
normalize-space(//long)
string-length(//long)
string(//long)
//e
//e[not(node())]
//e/text()
//c/b/ancestor::a/@n
//b[ancestor::c]
//b[@n=5 or @n=7]
//b[@n mod 2 = 1]
//b[@n > 2][1]
//b[. = ../preceding-sibling::a/b]
//*[@n and not(*)]
//*[count(b)=2]
//*[b][c]
//a[2]/preceding::b
//a[1]/following::b
//c/preceding::*[@n][1]
//c/following::*[1]
//B
//$x
//b[. = $text]
//b[@n = $number]
//b[$number]
//b[position() = $number]
//b[$flag]
$number + 1
concat($text, '!')
not($flag)
count(//b[. = $text]) = $number
id('x')
/child::root/a/b | /child::root/a/c/b
/child::root/*[self::a or self::e]
/child::root/a[b]/c/b/text()
//b[re:test(., '^[xy]$')]
//b[re:test(., 'X', 'i')]
re:test('abc', 'b')
re:test('abc', '^b')
re:replace('a-b-c', '-', '', '+')
re:replace('a-b-c', '-', 'g', '+')
set:difference(//b, //c/b)
set:intersection(//b, //a[2]//b)
set:distinct(//b)
set:has-same-node(//b, //c/b)
set:leading(//b, //c/b)
set:trailing(//b, //a[1]/b[1])
""".strip().splitlines()

VARIABLES = {"text": "x", "number": 2, "flag": True}


def path_of(element):
    steps = []
    while element.getparent() is not None:
        steps.append(str(element.getparent().index(element)))
        element = element.getparent()
    if element.getroottree().getroot() is not element:
        return "top"
    return "/" + "/".join(reversed(steps))


def describe(item):
    if isinstance(item, tuple):
        return ["namespace", item[0], item[1]]
    if getattr(item, "is_attribute", False):
        return ["attribute", path_of(item.getparent()), str(item)]
    if isinstance(item, str):
        parent = item.getparent()
        parent = parent.getparent() if item.is_tail else parent
        return ["text", path_of(parent), str(item)]
    if item.tag is etree.Comment:
        return ["comment", path_of(item), item.text]
    if item.tag is etree.ProcessingInstruction:
        return ["processing-instruction", path_of(item), item.text]
    return ["element", path_of(item), item.tag]


def answer(root, expression, namespaces, variables):
    try:
        found = root.xpath(expression, namespaces=namespaces, **variables)
    except etree.XPathError as error:
        return {"type": "error", "message": str(error)}
    if isinstance(found, list):
        return {"type": "nodes", "nodes": [describe(item) for item in found]}
    if isinstance(found, bool):
        return {"type": "boolean", "value": found}
    if isinstance(found, float):
        return {"type": "number", "value": repr(found)}
    return {"type": "string", "value": str(found)}


def record(name, expressions, namespaces=None, variables={}):
    source = (HERE / f"{name}.txt").read_bytes()
    root = html.document_fromstring(source.decode()) if name.endswith("html") else etree.fromstring(source)
    return [
        {"document": name, "expression": expression, "result": answer(root, expression, namespaces, variables)}
        for expression in expressions
    ]


cases = [
    *record("shop.html", HTML + HTML_ERRORS),
    *record("feed.xml", FEED, ATOM),
    *record("data.xml", DATA, RE, VARIABLES),
]
head = {"lxml": etree.__version__, "libxml2": ".".join(map(str, etree.LIBXML_VERSION))}
lines = [json.dumps(line, ensure_ascii=False) for line in [head, *cases]]
(HERE / "answers.jsonl").write_text("\n".join(lines) + "\n")
print(len(cases), "cases")
