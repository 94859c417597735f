// Sets the theme before the first paint; inlined into <head> by the root layout. The toggle stores `light` or `dark`, nothing means the system's.
export const themeKey = 'podwire.theme'
export const themeScript = `(()=>{const m=matchMedia('(prefers-color-scheme:dark)');const s=()=>{let t=null;try{t=localStorage.getItem('${themeKey}')}catch{}document.documentElement.dataset.theme=t==='light'||t==='dark'?t:m.matches?'dark':'light'};s();m.addEventListener('change',s);addEventListener('storage',s);addEventListener('podwire-theme',s)})()`
