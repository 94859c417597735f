// The mark and the name, leading home.

export function Brand({ href, name }: { href: string; name: string }) {
  return (
    <a className="brand plain" href={href}>
      <svg viewBox="0 0 34 14" aria-hidden="true">
        <rect x=".75" y="2.75" width="8.5" height="8.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M9.5 7H24" stroke="var(--wire-case)" strokeWidth="4.5" />
        <path d="M9.5 7H24" stroke="var(--wire)" strokeWidth="2.6" />
        <rect x="24" y="2" width="10" height="10" fill="currentColor" />
      </svg>
      <span>{name}</span>
    </a>
  )
}
