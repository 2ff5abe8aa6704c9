async function o(e){let t=document.querySelector(e)??document.body.appendChild(document.createElement(e));return await t.updateComplete,t}export{o as a};
