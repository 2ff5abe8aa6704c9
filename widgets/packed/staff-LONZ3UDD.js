function r(){try{let t=window.sessionStorage;return t.getItem("switchboard"),t}catch{return null}}export{r as a};
