<<<<<<<< HEAD:widgets/packed/staff-IZM3PSP3.js
import{b as a}from"./staff-AVDRSGYX.js";import{d as o}from"./staff-JYFOYJHU.js";document.documentElement.dataset.scripted="";document.addEventListener("change",({target:e})=>{e instanceof HTMLSelectElement&&e.hasAttribute("data-send")&&e.form?.requestSubmit()});var{me:t}=o();(t.role==="agent"||t.role==="supervisor")&&a(t,{page:"account"});
========
import{b as a}from"./staff-ISDMIXB7.js";import{d as o}from"./staff-JYFOYJHU.js";document.documentElement.dataset.scripted="";document.addEventListener("change",({target:e})=>{e instanceof HTMLSelectElement&&e.hasAttribute("data-send")&&e.form?.requestSubmit()});var{me:t}=o();(t.role==="agent"||t.role==="supervisor")&&a(t,{page:"account"});
>>>>>>>> 718af9f0 (audit: Name chats, codes and alarms, and ask before disabling):widgets/packed/staff-I636INAK.js
