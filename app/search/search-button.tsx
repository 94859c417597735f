'use client'
// Opens the search: a button in the top bar, the key / or Ctrl-K. The dialog is loaded when it is first opened.
import dynamic from 'next/dynamic'
import { useEffect, useState } from 'react'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { slashOpens } from './slash-key.ts'

const SearchDialog = dynamic(() => import('./search-dialog.tsx').then((m) => m.SearchDialog), { ssr: false })

/** A terminal has its own Ctrl-K; in a field / is a sign. */
function opensSearch(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : undefined
  if (event.defaultPrevented || event.altKey || target?.closest('.xterm')) return false
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') return true
  return event.key === '/' && !event.ctrlKey && !event.metaKey && !target?.matches('input, select, textarea') && slashOpens()
}

export function SearchButton() {
  const texts = useTexts().search
  const [opened, setOpened] = useState(0)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!opensSearch(event)) return
      event.preventDefault()
      setOpened((n) => n + 1)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button type="button" className="find" aria-keyshortcuts="/ Control+K" onClick={() => setOpened((n) => n + 1)}>
        <Icon name="find" />
        <span>{texts.open}</span>
        <span className="key" aria-hidden="true">
          /
        </span>
      </button>
      {opened > 0 && <SearchDialog opened={opened} />}
    </>
  )
}
