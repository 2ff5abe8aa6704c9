var e=document.querySelector("[data-print]");e instanceof HTMLElement&&(e.hidden=!1,e.addEventListener("click",()=>window.print()));
