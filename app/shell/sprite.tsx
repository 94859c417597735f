// The icon sprite, drawn once per page by the root layout, and the element that uses it. Not named icon.tsx: Next takes that name for a favicon.

/** Names of the symbols in the sprite. */
export type IconName =
  | 'pass'
  | 'fail'
  | 'drop'
  | 'pend'
  | 'skip'
  | 'guard'
  | 'guardx'
  | 'seal'
  | 'unseal'
  | 'run'
  | 'stop'
  | 'reset'
  | 'chev'
  | 'down'
  | 'find'
  | 'half'
  | 'file'
  | 'plug'
  | 'close'
  | 'plus'
  | 'split'
  | 'reader'
  | 'info'
  | 'clock'
  | 'up'

const cut = 'var(--gl, var(--paper))'

export function IconSprite() {
  return (
    <svg width="0" height="0" style={{ position: 'absolute' }} aria-hidden="true">
      <title>Icons</title>
      <defs>
        <symbol id="pass" viewBox="0 0 16 16">
          <circle cx="8" cy="8" r="7" fill="currentColor" />
          <path d="M4.6 8.2 7 10.6 11.4 5.8" fill="none" stroke={cut} strokeWidth="1.9" />
        </symbol>
        <symbol id="fail" viewBox="0 0 16 16">
          <rect x="1.5" y="1.5" width="13" height="13" fill="currentColor" />
          <path d="M5 5l6 6M11 5l-6 6" stroke={cut} strokeWidth="1.9" />
        </symbol>
        <symbol id="drop" viewBox="0 0 16 16">
          <path d="M0 8h6.5" stroke="currentColor" strokeWidth="2.4" />
          <path d="M8 2v12" stroke="currentColor" strokeWidth="3" />
          <path d="M11.5 8h1.6M14.6 8h1.4" stroke="currentColor" strokeWidth="2" />
        </symbol>
        <symbol id="pend" viewBox="0 0 16 16">
          <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.4 2.46" />
        </symbol>
        <symbol id="skip" viewBox="0 0 16 16">
          <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.3" />
          <path d="M5 8h6" stroke="currentColor" strokeWidth="1.3" />
        </symbol>
        <symbol id="guard" viewBox="0 0 16 16">
          <path d="M8 .8 14 3v5c0 3.6-2.6 6-6 7.3C4.6 14 2 11.6 2 8V3z" fill="currentColor" />
          <path d="M4.9 7.8 7.2 10 11.2 5.6" fill="none" stroke={cut} strokeWidth="1.8" />
        </symbol>
        <symbol id="guardx" viewBox="0 0 16 16">
          <path d="M8 .8 14 3v5c0 3.6-2.6 6-6 7.3C4.6 14 2 11.6 2 8V3z" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M5.5 5.400l5 5M10.5 5.400l-5 5" stroke="currentColor" strokeWidth="1.6" />
        </symbol>
        <symbol id="seal" viewBox="0 0 16 16">
          <path d="M5 .9h6L15.1 5v6L11 15.100H5L.9 11V5z" fill="none" stroke="currentColor" strokeWidth="1.4" />
          <path d="M4.8 8.2 7.1 10.5 11.3 5.9" fill="none" stroke="currentColor" strokeWidth="1.7" />
        </symbol>
        <symbol id="unseal" viewBox="0 0 16 16">
          <path d="M5 .9h6L15.1 5v6L11 15.100H5L.9 11V5z" fill="none" stroke="currentColor" strokeWidth="1.3" strokeDasharray="2.5 2.2" />
        </symbol>
        <symbol id="run" viewBox="0 0 16 16">
          <path d="M4 2.500v11L13 8z" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </symbol>
        <symbol id="stop" viewBox="0 0 16 16">
          <rect x="3" y="3" width="10" height="10" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </symbol>
        <symbol id="reset" viewBox="0 0 16 16">
          <path d="M3 8a5 5 0 1 0 1.6-3.7" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M2.5 1.500v3.600h3.6" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </symbol>
        <symbol id="chev" viewBox="0 0 16 16">
          <path d="M5.5 3 10.5 8 5.5 13" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </symbol>
        <symbol id="down" viewBox="0 0 16 16">
          <path d="M3 5.5 8 10.5 13 5.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </symbol>
        <symbol id="find" viewBox="0 0 16 16">
          <circle cx="6.7" cy="6.7" r="4.7" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M10.3 10.3 14.5 14.5" stroke="currentColor" strokeWidth="1.5" />
        </symbol>
        <symbol id="half" viewBox="0 0 16 16">
          <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
        </symbol>
        <symbol id="file" viewBox="0 0 16 16">
          <path d="M3 1.500h6.500L13 5v9.500H3z" fill="none" stroke="currentColor" strokeWidth="1.4" />
          <path d="M9.5 1.500V5H13" fill="none" stroke="currentColor" strokeWidth="1.4" />
        </symbol>
        <symbol id="plug" viewBox="0 0 16 16">
          <path d="M1 8h4M11 8h4M5 4.500v7M11 4.500v7M7 6.500l2 3M9 6.500l-2 3" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </symbol>
        <symbol id="close" viewBox="0 0 16 16">
          <path d="M3.500 3.500l9 9M12.500 3.500l-9 9" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </symbol>
        <symbol id="plus" viewBox="0 0 16 16">
          <path d="M8 2.500v11M2.500 8h11" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </symbol>
        <symbol id="split" viewBox="0 0 16 16">
          <path d="M1.750 2.750h12.500v10.500H1.750zM8 2.750v10.500" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </symbol>
        <symbol id="reader" viewBox="0 0 16 16">
          <path d="M2 3.500h12M2 7h12M2 10.500h7" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <circle cx="12" cy="12" r="2.200" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </symbol>
        <symbol id="info" viewBox="0 0 16 16">
          <circle cx="8" cy="8" r="6.200" fill="none" stroke="currentColor" strokeWidth="1.4" />
          <path d="M8 7v4.500M8 4.200v1.600" stroke="currentColor" strokeWidth="1.6" />
        </symbol>
        <symbol id="clock" viewBox="0 0 16 16">
          <circle cx="8" cy="8" r="6.200" fill="none" stroke="currentColor" strokeWidth="1.4" />
          <path d="M8 4.500V8l2.500 1.800" fill="none" stroke="currentColor" strokeWidth="1.4" />
        </symbol>
        <symbol id="up" viewBox="0 0 16 16">
          <path d="M3 10.500 8 5.500 13 10.500" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </symbol>
      </defs>
    </svg>
  )
}

/** One 16 px icon in the text's colour; always beside a word, so hidden from screen readers. */
export function Icon({ name, className = '' }: { name: IconName; className?: string }) {
  return (
    <svg className={`i ${className}`} aria-hidden="true">
      <use href={`#${name}`} />
    </svg>
  )
}
