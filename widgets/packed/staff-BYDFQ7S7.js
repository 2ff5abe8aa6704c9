var t=({role:s})=>s==="agent"||s==="supervisor";export{t as a};
