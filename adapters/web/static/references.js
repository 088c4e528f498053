// Character references: what `&amp;` and `&#64;` stand for (CommonMark 2.5). A reference never makes
// markup, a mention or an element: what it stands for is plain text.

const REFERENCE = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));/y;

// Every name of HTML 4, and HTML 5's for ASCII: one code in hex, then the names from there on.
const NAMES = `
  21:excl,QUOT,num,dollar,percnt,AMP,apos,lpar,rpar,ast,plus,comma 2e:period,sol 3a:colon,semi,LT,equals,GT,quest
  40:commat 5b:lbrack,bsol,rbrack,Hat,UnderBar,DiacriticalGrave 7b:lbrace,VerticalLine,rbrace a0:nbsp,iexcl,cent
  a3:pound,curren,yen,brvbar,sect,uml,copy,ordf,laquo,not,shy,reg,macr,deg,plusmn,sup2,sup3,acute,micro,para
  b7:middot,cedil,sup1,ordm,raquo,frac14,frac12,frac34,iquest,Agrave,Aacute,Acirc,Atilde,Auml,Aring,AElig,Ccedil
  c8:Egrave,Eacute,Ecirc,Euml,Igrave,Iacute,Icirc,Iuml,ETH,Ntilde,Ograve,Oacute,Ocirc,Otilde,Ouml,times,Oslash
  d9:Ugrave,Uacute,Ucirc,Uuml,Yacute,THORN,szlig,agrave,aacute,acirc,atilde,auml,aring,aelig,ccedil,egrave,eacute
  ea:ecirc,euml,igrave,iacute,icirc,iuml,eth,ntilde,ograve,oacute,ocirc,otilde,ouml,divide,oslash,ugrave,uacute
  fb:ucirc,uuml,yacute,thorn,yuml 152:OElig,oelig 160:Scaron,scaron 178:Yuml 192:fnof 2c6:circ 2dc:tilde 391:Alpha
  392:Beta,Gamma,Delta,Epsilon,Zeta,Eta,Theta,Iota,Kappa,Lambda,Mu,Nu,Xi,Omicron,Pi,Rho 3a3:Sigma,Tau,Upsilon,Phi
  3a7:Chi,Psi,Omega 3b1:alpha,beta,gamma,delta,epsilon,zeta,eta,theta,iota,kappa,lambda,mu,nu,xi,omicron,pi,rho
  3c2:sigmaf,sigma,tau,upsilon,phi,chi,psi,omega 3d1:thetasym,upsih 3d6:piv 2002:ensp,emsp 2009:thinsp 200c:zwnj
  200d:zwj,lrm,rlm 2013:ndash,mdash 2018:lsquo,rsquo,sbquo 201c:ldquo,rdquo,bdquo 2020:dagger,Dagger,bull
  2026:hellip 2030:permil 2032:prime,Prime 2039:lsaquo,rsaquo 203e:oline 2044:frasl 20ac:euro 2111:image
  2118:weierp 211c:real 2122:trade 2135:alefsym 2190:larr,uarr,rarr,darr,harr 21b5:crarr 21d0:lArr,uArr,rArr,dArr
  21d4:hArr 2200:forall 2202:part,exist 2205:empty 2207:nabla,isin,notin 220b:ni 220f:prod 2211:sum,minus
  2217:lowast 221a:radic 221d:prop,infin 2220:ang 2227:and,or,cap,cup,int 2234:there4 223c:sim 2245:cong
  2248:asymp 2260:ne,equiv 2264:le,ge 2282:sub,sup,nsub 2286:sube,supe 2295:oplus 2297:otimes 22a5:perp 22c5:sdot
  2308:lceil,rceil,lfloor,rfloor 27e8:lang,rang 25ca:loz 2660:spades 2663:clubs 2665:hearts,diams 22:quot 26:amp
  2a:midast 3c:lt 3e:gt 5b:lsqb 5d:rsqb 5f:lowbar,grave 7b:lcub,verbar,rcub 7c:vert
`;

const named = new Map(NAMES.trim().split(/\s+/).flatMap((run) => {
  const [first, names] = run.split(":");
  return names.split(",").map((name, index) => [name, parseInt(first, 16) + index]);
}));

// What stands at `at` in the text: {text, length}, or null.
export function reference(text, at) {
  REFERENCE.lastIndex = at;
  const found = REFERENCE.exec(text);
  const code = found ? codeOf(found) : undefined;
  return code === undefined ? null : { text: character(code), length: found[0].length };
}

export function withoutReferences(text) {
  return text.replace(/&[#\w]{2,33};/g, (written) => reference(written, 0)?.text ?? written);
}

function codeOf([, decimal, hex, name]) {
  if (name) return named.get(name);
  return decimal ? Number.parseInt(decimal, 10) : Number.parseInt(hex, 16);
}

function character(code) {
  const isNone = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return isNone ? "\ufffd" : String.fromCodePoint(code);
}
