function u(t,r=16){let e=!1;return()=>{e||(e=!0,setTimeout(()=>{e=!1,t()},r))}}export{u as a};
