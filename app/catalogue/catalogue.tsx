'use client'
// The catalogue of labs and its filters. The address holds what is chosen, so that it can be shared; without scripts the form asks the server.
import { useSearchParams } from 'next/navigation'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import type { CatalogueRow } from './catalogue-row.ts'
import { FilterForm } from './filter-form.tsx'
import { type Filters, queryOf, readFilters, shows } from './filters.ts'
import { LabTable } from './lab-table.tsx'

export function Catalogue({ rows }: { rows: CatalogueRow[] }) {
  const texts = useTexts()
  const locale = useLocale()
  const query = useSearchParams()
  const filters = readFilters((name) => query.get(name))
  const shown = rows.filter((row) => shows(filters, row))
  const choose = (next: Filters) => history.replaceState(null, '', `${location.pathname}${queryOf(next)}${location.hash}`)
  const filtered = queryOf(filters) !== ''
  return (
    <div className="cols">
      <FilterForm rows={rows} filters={filters} onChoose={choose} />
      <section className="labs" aria-labelledby="labs-title">
        <div className="lh">
          <h2 id="labs-title" className="vh">
            {texts.labs}
          </h2>
          <p className="num" role="status">
            {texts.catalogue.shown(shown.length, rows.length)}
          </p>
          {filtered && (
            <a
              href={`/${locale}/labs`}
              onClick={(event) => {
                event.preventDefault()
                choose({})
              }}
            >
              {texts.catalogue.clear}
            </a>
          )}
        </div>
        {rows.length === 0 ? (
          <p className="empty">{texts.home.noLabs}</p>
        ) : shown.length === 0 ? (
          <p className="empty">{texts.catalogue.noMatch}</p>
        ) : (
          <LabTable rows={shown} byTopic />
        )}
      </section>
    </div>
  )
}
