// Progress as a ruler: one division per lesson. On the home page and in a lesson's top bar.

export function Ruler({ label, total, done, now }: { label: string; total: number; done: number[]; now?: number }) {
  return (
    <ol className="ruler" aria-label={label}>
      {Array.from({ length: total }, (_, index) => index + 1).map((n) => (
        <li key={n} className={n === now ? 'now' : done.includes(n) ? 'done' : undefined} />
      ))}
    </ol>
  )
}
