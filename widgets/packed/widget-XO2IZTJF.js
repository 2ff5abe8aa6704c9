import{a as l}from"./widget-F2ZE77A4.js";import"./widget-UIBCC76S.js";import{K as c,P as s,R as i,ca as h,m as t,ma as p}from"./widget-SUIKGJ7B.js";var n=class extends p{#t=!1;get first(){return this.one(".primary")}connectedCallback(){super.connectedCallback(),c().catch(()=>{}),this.#e()}async#e(){let{given:e}=this.chat.beginning.choosing;try{let{data:u}=await l("GET","/api/hours"),r=u.teams,o=r.filter(({team:a})=>a===e);this.#t=(o.length?o:r).some(({identity:a})=>a!=="required")}catch{this.#t=!1}this.requestUpdate()}render(){let{confirming:e}=this.chat;return s`<div class="pad unsure">
      ${h("circle-alert","lg")}
      <p class="bigline" role="alert">${t("We couldn\u2019t confirm who you are")}</p>
      ${e.failed==="expired"?s`<p>${this.#s()}</p>`:i}
      <p>${t("Your conversations are safe. They appear again once you\u2019re confirmed.")}</p>
      <button type="button" class="btn primary full" @click=${()=>e.reload()}>${t("Reload this page")}</button>
      ${this.#t?this.#a():i}
    </div>`}#s(){let{site:e}=this.chat.host;return e?t("{site} signs you in here, and that sign-in has expired. This happens when a page stays open for a long time.",{site:e}):t("Your sign-in has expired. This happens when a page stays open for a long time.")}#a(){return s`<button type="button" class="btn full" @click=${()=>this.chat.confirming.goOnAsGuest()}>${t("Chat as a guest")}</button>
      <p class="after">${t("As a guest you start fresh: your earlier conversations stay hidden.")}</p>`}};customElements.define("chat-unconfirmed",n);export{n as UnconfirmedView};
