/** File extensions that {@linkcode LinkExtractor} leaves out unless told otherwise: no pages, no feeds. */
export const IGNORED_EXTENSIONS: readonly string[] = [
  // archives
  ..."7z 7zip bz2 rar tar tar.gz tgz xz zip zst".split(" "),
  // images
  ..."ai avif bmp cdr drw dxf eps gif heic ico jpeg jpg mng pct png ps psp pst svg tif tiff webp"
    .split(" "),
  // sound and film
  ..."3gp aac aiff asf asx au avi flac flv m4a m4v mid mkv mov mp3 mp4 mpg ogg opus qt ra rm swf wav"
    .split(" "),
  ..."webm wma wmv".split(" "),
  // office documents
  ..."doc docb docm docx dotm dotx odg odp ods odt potm potx pps ppt pptm pptx xls xlsm xlsx xltm xltx"
    .split(" "),
  // fonts
  ..."eot otf ttf woff woff2".split(" "),
  // the rest
  ..."apk bat bin cpl css dmg exe hta iso jar js mjs msi msp pdf py rb rss sh".split(" "),
];
