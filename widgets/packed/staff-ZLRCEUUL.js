function t(n){try{return new Intl.DisplayNames(["en"],{type:"language"}).of(n)??n}catch{return n}}function r(n){let[e]=(n??"").split("-");return e&&e!=="en"?t(e):""}export{t as a,r as b};
