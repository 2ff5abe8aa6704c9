async function a(t,r,c){let{id:o,done:i}=t.commit(r,c);try{return await i}catch(n){throw t.discard(o),n}}export{a};
