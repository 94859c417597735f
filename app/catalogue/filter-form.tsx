'use client'
// The filters of the catalogue: a group of radio buttons each, with how many labs a choice would show. Used by catalogue.tsx.
import { useEffect, useId, useRef } from 'react'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import type { Texts } from '../texts/texts.ts'
import type { CatalogueRow } from './catalogue-row.ts'
import { choices, countWith, type FilterName, type Filters, filterNames, queryOf, readFilters } from './filters.ts'

interface FormProps {
  rows: CatalogueRow[]
  filters: Filters
  onChoose: (filters: Filters) => void
}

export function FilterForm({ rows, filters, onChoose }: FormProps) {
  const texts = useTexts().catalogue
  const toggle = useId()
  const chosen = filterNames.filter((name) => filters[name]).length
  const form = useRef<HTMLFormElement>(null)
  // what was chosen before the scripts ran
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => {
    const data = new FormData(form.current as HTMLFormElement)
    const early = readFilters((name) => data.get(name) as string | null)
    if (queryOf(early) !== queryOf(filters)) onChoose(early)
  }, [])
  return (
    <form ref={form} className="facets" method="get" aria-label={texts.filters}>
      {/* on a phone the groups are folded away, without a script */}
      <input type="checkbox" className="vh" id={toggle} />
      <label htmlFor={toggle} className="btn">
        {texts.filters}
        {chosen > 0 && <span className="num">{chosen}</span>}
        <span className="sp" />
        <Icon name="down" />
      </label>
      <div className="groups">
        {filterNames.map((name) => (
          <Group key={name} name={name} rows={rows} filters={filters} onChoose={onChoose} />
        ))}
        <noscript>
          <button type="submit" className="btn">
            {texts.show}
          </button>
        </noscript>
      </div>
    </form>
  )
}

function Group({ name, rows, filters, onChoose }: FormProps & { name: FilterName }) {
  const texts = useTexts().catalogue
  // a topic that no lab has is no choice
  const offered = (choices[name] as readonly string[]).filter(
    (value) => countWith(rows, {}, { [name]: value }) > 0 || filters[name] === value,
  )
  const options = [undefined, ...offered]
  return (
    <fieldset>
      <legend>{texts.groups[name]}</legend>
      {options.map((value) => {
        const count = countWith(rows, filters, { [name]: value })
        return (
          <label key={value ?? ''} className={count === 0 ? 'dim' : undefined}>
            <input
              type="radio"
              name={name}
              value={value ?? ''}
              checked={filters[name] === value}
              onChange={() => onChoose({ ...filters, [name]: value })}
            />
            <span>{value === undefined ? texts.any : choiceText(name, value, texts)}</span>
            <span className="num">{count}</span>
          </label>
        )
      })}
    </fieldset>
  )
}

function choiceText(name: FilterName, value: string, texts: Texts['catalogue']): string {
  switch (name) {
    case 'topic':
      return texts.topics[value as keyof typeof texts.topics]
    case 'case':
      return texts.cases[value as keyof typeof texts.cases]
    case 'time':
      return texts.upTo(Number(value))
    case 'you':
      return texts.standings[value as keyof typeof texts.standings]
    case 'runtime':
      return value
  }
}
