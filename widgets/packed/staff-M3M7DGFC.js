import{a as y,b as v}from"./staff-YMRUKJHU.js";import{a as $,b as x}from"./staff-I3RGCDW2.js";import"./staff-Z6ISSVHI.js";import{b as k}from"./staff-3KXTTQ5K.js";import{a as w}from"./staff-XUXGQE5V.js";import"./staff-UDTD53EI.js";import"./staff-6PJWBNCW.js";import{d as _}from"./staff-7C6E34D5.js";import{a,c as l,n as b}from"./staff-MIRVJ74K.js";import"./staff-DUXVXVN4.js";import"./staff-AA3S4JDD.js";import{b as g}from"./staff-3O4U557S.js";var E=`
\u{1F642} slightly_smiling smile
\u{1F600} grinning happy
\u{1F604} smiley laugh
\u{1F605} sweat_smile relief
\u{1F602} joy laughing tears
\u{1F609} wink
\u{1F60A} blush pleased
\u{1F60D} heart_eyes love
\u{1F914} thinking hmm
\u{1F62E} open_mouth surprised
\u{1F615} confused unsure
\u{1F641} slightly_frowning sad
\u{1F622} cry sad
\u{1F61E} disappointed sorry
\u{1F62C} grimacing awkward
\u{1F634} sleeping zzz
\u{1F912} sick ill
\u{1F91E} crossed_fingers luck
\u{1F64F} pray please thanks thank_you
\u{1F44D} +1 thumbsup thumbs_up yes ok
\u{1F44E} -1 thumbsdown thumbs_down no
\u{1F44C} ok_hand perfect
\u{1F44F} clap bravo
\u{1F64C} raised_hands hooray
\u{1F44B} wave hello hi bye
\u{1F4AA} muscle strong
\u{1F91D} handshake deal
\u270C\uFE0F v peace
\u{1F440} eyes look
\u{1F449} point_right
\u{1F448} point_left
\u{1F446} point_up
\u{1F447} point_down
\u{1F389} tada party congratulations
\u{1F973} partying celebrate
\u{1F382} birthday cake
\u{1F381} gift present
\u{1F4AF} 100 hundred perfect
\u2728 sparkles new
\u2B50 star
\u{1F525} fire hot
\u2764\uFE0F heart love
\u{1F499} blue_heart
\u{1F49A} green_heart
\u2705 white_check_mark check done yes
\u2714\uFE0F heavy_check_mark check
\u274C x cross no
\u2757 exclamation important
\u2753 question
\u26A0\uFE0F warning caution
\u2139\uFE0F information info
\u{1F6AB} no_entry forbidden
\u26D4 no_entry_sign stop
\u{1F534} red_circle
\u{1F7E1} yellow_circle
\u{1F7E2} green_circle
\u27A1\uFE0F arrow_right next
\u2B05\uFE0F arrow_left back
\u2B06\uFE0F arrow_up
\u2B07\uFE0F arrow_down
\u{1F504} arrows_counterclockwise refresh reload sync
\u{1F50D} mag search find
\u{1F50E} mag_right search find
\u{1F527} wrench fix repair
\u{1F528} hammer
\u2699\uFE0F gear settings
\u{1F6E0}\uFE0F tools repair
\u{1F41B} bug defect
\u{1F4A1} bulb idea tip
\u{1F514} bell notification
\u{1F515} no_bell muted
\u{1F511} key
\u{1F512} lock secure
\u{1F513} unlock
\u{1F517} link
\u{1F4CE} paperclip attachment
\u{1F4CC} pushpin pin
\u{1F4CD} round_pushpin place
\u270F\uFE0F pencil2 edit write
\u{1F4DD} memo note
\u{1F4C4} page_facing_up document
\u{1F4C1} file_folder
\u{1F4C2} open_file_folder
\u{1F4C5} date calendar
\u{1F4C6} calendar
\u{1F550} clock time
\u23F0 alarm_clock
\u23F3 hourglass_flowing wait
\u231B hourglass wait
\u{1F4C8} chart_up increase
\u{1F4C9} chart_down decrease
\u{1F4CA} bar_chart report
\u{1F4B0} moneybag budget
\u{1F4B5} dollar money
\u{1F4B3} credit_card payment
\u{1F9FE} receipt invoice
\u{1F6D2} shopping_cart order
\u{1F4E6} package delivery
\u{1F69A} truck delivery
\u2708\uFE0F airplane travel
\u{1F680} rocket launch
\u{1F3C1} checkered_flag finish
\u{1F3E2} office company
\u{1F3E0} house home
\u{1F30D} earth world
\u{1F310} globe web
\u260E\uFE0F telephone phone
\u{1F4DE} telephone_receiver call
\u{1F4F1} iphone mobile
\u{1F4BB} computer laptop
\u{1F5A5}\uFE0F desktop screen
\u{1F5A8}\uFE0F printer
\u2328\uFE0F keyboard
\u{1F5B1}\uFE0F mouse
\u{1F4BE} floppy_disk save
\u{1F4F7} camera photo
\u{1F3A5} movie_camera video
\u{1F4FA} tv
\u{1F4FB} radio
\u{1F3A7} headphones
\u{1F3A4} microphone
\u{1F4E7} email e-mail mail
\u2709\uFE0F envelope mail
\u{1F4E8} incoming_envelope
\u{1F4EC} mailbox
\u{1F4AC} speech_balloon chat message
\u{1F4E2} loudspeaker announcement
\u{1F4E3} mega announcement
\u{1F4DA} books manual
\u{1F4D6} book read guide
\u{1F393} graduation training
\u{1F3C6} trophy winner
\u{1F3AF} dart target goal
\u{1F9E9} puzzle plugin
\u2615 coffee break
\u{1F340} four_leaf_clover luck
\u{1F31E} sun sunny
\u{1F327}\uFE0F rain
\u2744\uFE0F snowflake cold
\u{1F331} seedling grow
\u{1F464} bust person user
\u{1F465} busts people team
\u{1F916} robot bot
\u{1F648} see_no_evil
\u{1F937} shrug
\u{1F926} facepalm
`;var I=/(?:^|\s):([+-]1|[a-z][a-z0-9_+-]+)(:?)$/iu,N=8,C=16,c=E.trim().split(`
`).map(r=>{let[e,...t]=r.split(" ");return{emoji:e,names:t}});function j(r,e){let t=I.exec(r.slice(0,e));if(!t)return null;let[,s,o]=t;return{start:e-s.length-o.length-1,words:s.toLowerCase(),exact:o!==""}}var L=r=>c.find(({names:e})=>e[0]===r)??c.find(({names:e})=>e.includes(r));function m(r,e=N){let t=r.trim().toLowerCase().replaceAll(" ","_"),s=c.filter(({names:n})=>n.some(h=>h.startsWith(t))),o=c.filter(n=>!s.includes(n)&&n.names.some(h=>h.includes(`_${t}`))),i=t?s.filter(({names:n})=>n.includes(t)):[];return[...new Set([...i,...s,...o])].slice(0,e)}function A(r,e,t,s){let o=r.slice(t),i=`${r.slice(0,e)}${s}${o||r[t-1]===":"?"":" "}`;return{text:i+o,caret:i.length}}var u=class{constructor(e){this.storage=e,this.key="switchboard.emoji"}get list(){try{let e=JSON.parse(this.storage?.getItem(this.key)??"[]");return Array.isArray(e)?e.flatMap(t=>c.find(s=>s.emoji===t)??[]):[]}catch{return[]}}used(e){let t=[e,...this.list.filter(({emoji:s})=>s!==e.emoji)].slice(0,C);try{this.storage?.setItem(this.key,JSON.stringify(t.map(({emoji:s})=>s)))}catch{}}};var T=340,U=8,z=[["bold","Bold","B","B"],["italic","Italic","I","I"],["code","Code","</>","E"],["bullets","Bulleted list","","Shift 8"],["numbers","Numbered list","1.","Shift 7"]],S=r=>r instanceof Element&&r.closest('button[aria-label="Emoji and formats"]')!==null,p=class extends _{#c=new u(g());#e=null;#s=null;#r="";#t=!1;#n="";#i=0;createRenderRoot(){return this}connectedCallback(){super.connectedCallback(),document.addEventListener("input",({target:e})=>this.#e&&e===this.#e&&this.look(this.#e)),document.addEventListener("focusin",({target:e})=>this.#d(e)),document.addEventListener("keydown",e=>this.#p(e),!0),document.addEventListener("selectionchange",()=>this.#s&&this.#e&&this.look(this.#e)),document.addEventListener("pointerdown",({target:e})=>{this.#t&&!S(e)&&e instanceof Node&&!this.contains(e)&&this.#o()}),addEventListener("resize",()=>this.requestUpdate())}#d(e){S(e)||e instanceof Node&&this.contains(e)||(e instanceof HTMLTextAreaElement&&e.matches(".compose > textarea")?(e!==this.#e&&this.#o(),this.#e=e):this.#o())}look(e){if(document.activeElement!==e)return;this.#e=e;let{value:t,selectionStart:s,selectionEnd:o}=e,i=s===o?j(t,s):null,n=i?.exact&&L(i.words);if(i&&n)return this.#u(n,i.start,s);i?.words!==this.#s?.words&&(this.#i=0),this.#s=i&&!i.exact&&t.slice(0,i.start)!==this.#r?i:null,i||(this.#r=""),this.#t=!1,this.requestUpdate()}async browse(e){if(this.#t)return this.#a();this.#e=e,this.#s=null,this.#t=!0,this.#n="",this.#i=0,this.requestUpdate(),await this.updateComplete,this.querySelector("input")?.focus(),this.requestUpdate()}#o(){this.#s=null,this.#t=!1,this.requestUpdate()}#a(){let e=this.#e;this.#o(),e?.focus()}get#l(){return this.#s?m(this.#s.words):this.#t?this.#n.trim()?m(this.#n,c.length):[...new Set([...this.#c.list,...c])]:[]}#p(e){let{key:t,target:s,ctrlKey:o,metaKey:i,altKey:n,shiftKey:h,isComposing:q}=e,M=this.#s&&s===this.#e,f=this.#t&&s instanceof HTMLInputElement&&this.contains(s);if(this.#t&&t==="Escape"&&s instanceof Node&&this.contains(s))this.#a();else{if(!M&&!f||q||o||i||n||h)return;if(!this.#m(t,!!f))return}e.preventDefault(),e.stopPropagation()}#m(e,t){let s=this.#l,o=t?U:1,i={ArrowDown:o,ArrowUp:-o,...t&&{ArrowRight:1,ArrowLeft:-1}}[e];if(e==="Escape"&&this.#s&&this.#e)return this.#r=this.#e.value.slice(0,this.#s.start),this.#o(),!0;if(!s.length)return!1;if(i){let n=this.#i+i,h=(n+s.length)%s.length;return this.#i=t?Math.max(0,Math.min(s.length-1,n)):h,this.requestUpdate(),!0}return e!=="Enter"&&(t||e!=="Tab")?!1:(this.#h(s[this.#i]),!0)}#h(e){let t=this.#e;t&&this.#u(e,this.#s?.start??t.selectionStart,t.selectionEnd)}#u(e,t,s){let o=this.#e;if(!o)return;this.#o(),this.#c.used(e);let{text:i,caret:n}=A(o.value,t,s,e.emoji);$(o,i,n,n)}#f(e){let t=this.#e;this.#a(),t&&x(t,e)}render(){let e=this.#l,t=this.#t||e.length>0;return a`<section class="card float canned aids ${this.#t?"all":""}" popover="manual" aria-label="Emoji and formats" @mousedown=${this.#g}>
        ${this.#t?this.#b(e):l}
        ${t?a`<div class="results" role="listbox" id="emoji-found" aria-label="Emoji">${e.map((s,o)=>this.#_(s,o))}</div>`:l}
        ${this.#t&&!e.length?a`<p class="quiet">No emoji has this name.</p>`:l}
      </section>
      <p class="sr" role="status">${t?e.length===1?"1 emoji":`${e.length} emoji`:l}</p>`}#g(e){e.target instanceof HTMLInputElement||e.preventDefault()}#b(e){let t=e[this.#i];return a`<div class="formats" role="group" aria-label="Formats">${z.map(([s,o,i,n])=>a`<button type="button" class="icon-btn as-${s}" aria-label=${o} title="${o}, ${k} ${n}" @click=${()=>this.#f(s)}>${i||w("list")}</button>`)}</div>
      <input class="field" type="text" role="combobox" aria-label="Find an emoji" aria-expanded="true" aria-controls="emoji-found" aria-autocomplete="list" aria-activedescendant=${t?`emoji-${this.#i}`:l} placeholder="Find an emoji" autocomplete="off" .value=${b(this.#n)} @input=${this.#w}>`}#w({target:e}){this.#n=e.value,this.#i=0,this.requestUpdate()}#_(e,t){let s=e.names[0].replaceAll("_"," ");return a`<div role="option" id="emoji-${t}" aria-selected=${t===this.#i} aria-label=${s} title=${this.#t?`:${e.names[0]}:`:l} @click=${()=>this.#h(e)}><span aria-hidden="true">${e.emoji}</span>${this.#t?l:a`<b class="cut">:${e.names[0]}:</b>`}</div>`}updated(){let e=this.querySelector(".canned"),t=this.#e,s=!!t&&(this.#t||this.#l.length>0);t&&!this.#t&&(s||e.matches(":popover-open"))&&y(t,"emoji-found",s?`emoji-${this.#i}`:null),s&&t&&v(e,t,T),e.matches(":popover-open")!==s&&e.togglePopover(s),this.querySelector("[aria-selected=true]")?.scrollIntoView({block:"nearest"})}};customElements.define("writing-menu",p);var d=null;function V(){return d||(d=new p,document.body.append(d)),d}export{p as WritingMenu,V as writingMenu};
