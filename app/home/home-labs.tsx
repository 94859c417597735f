// Labs on the home page: at most ten, those that are not solved first; the catalogue has them all.

import type { Locale } from '../../labs/spec/names.ts'
import type { CatalogueRow } from '../catalogue/catalogue-row.ts'
import { LabTable } from '../catalogue/lab-table.tsx'
import { textsOf } from '../texts/texts.ts'

const shownAtMost = 10

/** What a learner would go on with comes first. */
function rank(row: CatalogueRow): number {
  if (row.running) return 0
  if (row.solvedMs !== undefined) return 4
  if (row.triedAt !== undefined) return 1
  return row.lesson === undefined ? 3 : 2
}

export function HomeLabs({ locale, rows }: { locale: Locale; rows: CatalogueRow[] }) {
  const texts = textsOf(locale)
  const chosen = new Set([...rows].sort((a, b) => rank(a) - rank(b)).slice(0, shownAtMost))
  return (
    <section className="labs" id="labs" aria-labelledby="labs-title">
      <div className="lh">
        <h2 id="labs-title">{texts.labs}</h2>
        <span className="sp" />
        <a className="btn sm" href={`/${locale}/labs`}>
          {texts.home.allLabs(rows.length)}
        </a>
      </div>
      {rows.length === 0 ? <p className="empty">{texts.home.noLabs}</p> : <LabTable rows={rows.filter((row) => chosen.has(row))} />}
    </section>
  )
}
