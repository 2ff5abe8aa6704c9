var r=[1,1.5,2,3,4],z=`
.lb{inline-size:100%;block-size:100%;max-inline-size:none;max-block-size:none;margin:0;padding:0;border:0;color-scheme:dark;background:var(--canvas);color:var(--ink)}
.lb[open]{display:flex;flex-direction:column}
.lb :is(header,footer){display:flex;align-items:center;gap:var(--s-4);flex:none;min-block-size:3.5rem;padding-inline:var(--s-16) var(--s-6)}
.lb .titles{flex:1;min-inline-size:0;font-size:var(--text-sm)}
.lb .titles b{display:block;font-weight:var(--w-medium)}
.lb .titles p{color:var(--ink-3)}
.lb .icon-btn{inline-size:2.75rem;block-size:2.75rem;color:var(--ink-2);font-size:1.25rem}
.lb .stage{display:grid;flex:1;place-items:safe center;min-block-size:0;padding:var(--s-8);overflow:auto}
.lb .stage img{min-inline-size:0;max-inline-size:100%;max-block-size:100%;border-radius:var(--r-4)}
.lb footer{justify-content:space-between;padding-inline:var(--s-6)}
.lb .z{display:flex;align-items:center;color:var(--ink-2)}
.lb .z .num{min-inline-size:7rem;font-size:var(--text-sm);text-align:center}
.lb .back{display:grid;rotate:90deg}
.lb .on{display:grid;rotate:-90deg}`;function x(a,t){v();let e=[...document.querySelectorAll(".file[aria-haspopup]")];new h(a,e.filter(s=>s===t||s.picture&&s.checkVisibility()),t)}var k=({url:a,name:t})=>Object.assign(document.createElement("a"),{href:a,download:t}).click(),m=!1;function v(){if(m)return;m=!0;let a=new CSSStyleSheet;a.replaceSync(z),document.adoptedStyleSheets.push(a)}var h=class{#t=document.createElement("dialog");#e=0;#i=null;constructor(t,e,s){this.tools=t,this.#t.className="lb",this.thumbnails=e,this.at=e.indexOf(s),this.#t.addEventListener("keydown",this.#r),this.#t.addEventListener("close",()=>{this.#t.remove(),this.thumbnails[this.at].focus()}),document.body.append(this.#t),this.#t.showModal(),this.#l()}get#a(){return this.thumbnails[this.at].picture}#n(t){let e=this.at+t;this.thumbnails[e]&&(this.at=e,this.#l())}#s(t){this.#e=Math.min(Math.max(this.#e+t,0),r.length-1);let e=r[this.#e];this.#i&&(this.#i.style.cssText=e===1?"":`max-inline-size:none;max-block-size:none;inline-size:${e*100}%`),this.#o()}#r=t=>{if(t.stopPropagation(),t.ctrlKey||t.metaKey||t.altKey)return;let e={ArrowLeft:()=>this.#n(-1),ArrowRight:()=>this.#n(1),"+":()=>this.#s(1),"=":()=>this.#s(1),"-":()=>this.#s(-1)};e[t.key]&&(t.preventDefault(),e[t.key]())};#o(){let{html:t,nothing:e,render:s,t:i,icon:n,bytes:p,stamp:b}=this.tools,{file:l,by:u,at:g,download:f}=this.#a,o=this.#c;this.#t.ariaLabel=l.name;let{length:c}=this.thumbnails,d=c===1,y=i("{at} of {count}, {percent}%",{at:this.at+1,count:c,percent:r[this.#e]*100});s(t`<header><div class="titles"><b class="cut" dir="auto">${l.name}</b><p class="cut">${u}, ${b(g,Date.now())}, ${p(l.size)}</p></div>
        ${o(i("Download {name}",{name:l.name}),n("arrow-down","lg"),()=>(f??k)(l))}
        ${o(i("Close the picture"),n("x","lg"),()=>this.#t.close())}</header>
      <div class="stage" tabindex=${this.#e?0:e}>${this.#i}</div>
      <footer>${d?t`<span></span>`:o(i("Previous picture"),t`<span class="back">${n("chevron-down","lg")}</span>`,()=>this.#n(-1),this.at===0)}
        <span class="z">${o(i("Smaller"),"\u2212",()=>this.#s(-1),this.#e===0)}<span class="num" role="status">${y}</span>${o(i("Larger"),"+",()=>this.#s(1),this.#e===r.length-1)}</span>
        ${d?t`<span></span>`:o(i("Next picture"),t`<span class="on">${n("chevron-down","lg")}</span>`,()=>this.#n(1),this.at===c-1)}</footer>`,this.#t)}#l(){let{t}=this.tools,{file:e,by:s,show:i}=this.#a,n=document.createElement("img");n.alt=t("{name}, from {sender}",{name:e.name,sender:s}),n.addEventListener("error",()=>{n.replaceWith(t("This picture can\u2019t be shown."))}),this.#i=n,this.#e=0,this.#o(),i(n)}#c=(t,e,s,i=!1)=>this.tools.html`<button type="button" class="icon-btn" aria-label=${t} title=${t} ?disabled=${i} @click=${s}>${e}</button>`};export{x as openLightbox};
