// Sets the theme before the first paint; inlined into <head> by the root layout. theme-toggle.tsx keeps it right afterwards.
export const themeKey = 'podwire.theme'
/** What is stored is `light` or `dark`; nothing means the system's. */
export const themeScript = `(()=>{let t=null;try{t=localStorage.getItem('${themeKey}')}catch{}document.documentElement.dataset.theme=t==='light'||t==='dark'?t:matchMedia('(prefers-color-scheme:dark)').matches?'dark':'light'})()`
