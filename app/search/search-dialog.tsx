'use client'
// The search: one field, and what was found as links. Arrow keys go through them. Loaded by search-button.tsx.
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { SearchEntry } from '../../labs/spec/search.ts'
import { Icon } from '../shell/sprite.tsx'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import { type Found, findEntries } from './find-entries.ts'
import { setSlashOpens, slashOpens } from './slash-key.ts'
import './search.css'

async function fetchEntries(url: string): Promise<SearchEntry[]> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}`)
  return (await response.json()) as SearchEntry[]
}

/** `opened` counts how often it was asked for. */
export function SearchDialog({ opened }: { opened: number }) {
  const texts = useTexts()
  const locale = useLocale()
  const dialog = useRef<HTMLDialogElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const [entries, setEntries] = useState<SearchEntry[]>()
  const [failed, setFailed] = useState(false)
  const [query, setQuery] = useState('')
  const [slash, setSlash] = useState(slashOpens)
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for again, it opens again
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal()
    field.current?.select()
    if (entries) return
    setFailed(false)
    fetchEntries(`/${locale}/search`).then(setEntries, () => setFailed(true))
  }, [opened])
  const found = useMemo(() => (entries ? findEntries(entries, query) : []), [entries, query])
  const close = () => dialog.current?.close()

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      // a search field would only be emptied by it
      event.preventDefault()
      return close()
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const links = [...(dialog.current?.querySelectorAll<HTMLElement>('.search-found a') ?? [])]
    const places = [field.current, ...links]
    const at = places.indexOf(document.activeElement as HTMLElement)
    places[Math.max(0, Math.min(places.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1)))]?.focus()
    event.preventDefault()
  }
  return (
    <dialog
      ref={dialog}
      className="search"
      aria-label={texts.search.title}
      onKeyDown={onKeyDown}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <form
        className="search-field"
        onSubmit={(event) => {
          event.preventDefault()
          dialog.current?.querySelector<HTMLElement>('.search-found a')?.click()
        }}
      >
        <Icon name="find" />
        <input
          ref={field}
          type="search"
          aria-label={texts.search.title}
          placeholder={texts.search.what}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          maxLength={100}
          spellCheck={false}
          autoComplete="off"
        />
        <button type="button" className="tool" aria-label={texts.close} title={texts.close} onClick={close}>
          <Icon name="close" />
        </button>
      </form>
      <p className="search-count" role="status">
        {failed
          ? texts.search.failed
          : !entries
            ? texts.search.loading
            : query.trim()
              ? texts.search.found(found.length)
              : texts.search.keys}
      </p>
      <ol className="search-found">
        {found.map((one) => (
          <FoundLine key={one.entry.href} found={one} onFollow={close} />
        ))}
      </ol>
      <label className="search-slash">
        <input
          type="checkbox"
          checked={slash}
          onChange={(event) => {
            setSlash(event.target.checked)
            setSlashOpens(event.target.checked)
          }}
        />
        {texts.search.slash}
      </label>
    </dialog>
  )
}

function FoundLine({ found: { entry, excerpt }, onFollow }: { found: Found; onFollow: () => void }) {
  const texts = useTexts()
  const locale = useLocale()
  return (
    <li>
      <a href={`/${locale}${entry.href}`} onClick={onFollow}>
        <span className="what">{texts.search.kinds[entry.kind]}</span>
        <b>{entry.heading ?? entry.title}</b>
        {entry.heading && <span className="of">{entry.title}</span>}
        <span className="excerpt">
          {excerpt.map((part, i) => {
            // the parts of one text never change places
            const key = `${i}:${part}`
            return i % 2 === 0 ? <span key={key}>{part}</span> : <mark key={key}>{part}</mark>
          })}
        </span>
      </a>
    </li>
  )
}
