// A scenario's level as four bars and a word. In tables and on the ticket.
import type { Scenario } from '../../labs/spec/scenario.ts'

const bars: Record<Scenario['level'], number> = { basic: 1, medium: 2, hard: 3, expert: 4 }

export function Level({ level, label }: { level: Scenario['level']; label: string }) {
  return (
    <>
      <span className="lvl" aria-hidden="true">
        {[1, 2, 3, 4].map((n) => (
          <i key={n} className={n <= bars[level] ? 'on' : undefined} />
        ))}
      </span>
      {label}
    </>
  )
}
