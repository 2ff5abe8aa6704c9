<<<<<<<< HEAD:widgets/packed/staff-CCPRSHJF.js
import{b as a}from"./staff-AQJKKNS6.js";import{d as o}from"./staff-JYFOYJHU.js";document.documentElement.dataset.scripted="";document.addEventListener("change",({target:e})=>{e instanceof HTMLSelectElement&&e.hasAttribute("data-send")&&e.form?.requestSubmit()});var{me:t}=o();(t.role==="agent"||t.role==="supervisor")&&a(t,{page:"account"});
========
import{b as a}from"./staff-FZVXHCQY.js";import{d as o}from"./staff-JYFOYJHU.js";document.documentElement.dataset.scripted="";document.addEventListener("change",({target:e})=>{e instanceof HTMLSelectElement&&e.hasAttribute("data-send")&&e.form?.requestSubmit()});var{me:t}=o();(t.role==="agent"||t.role==="supervisor")&&a(t,{page:"account"});
>>>>>>>> 27fee4d0 (console: Link a ticket to an open incident on its page):widgets/packed/staff-3YNWFY3R.js
