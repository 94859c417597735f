'use client'
// Cards for the terms of a lesson: what a term means, beside it, while it is pointed at or has the focus. The link itself leads to the glossary.
import { useEffect, useRef, useState } from 'react'
import type { GlossaryTerm } from '../../labs/spec/glossary.ts'
import { Inline } from '../shell/prose.tsx'
import { useTexts } from '../texts/locale-context.tsx'

const width = 320
const gap = 6
const margin = 12
/** long enough to cross from the word to the card, or over a word without meaning it */
const waitMs = 180

interface Shown {
  id: string
  left: number
  /** one of them: below the word, or above it where there is no room */
  top?: number
  bottom?: number
}

function besideWord(link: HTMLElement, id: string): Shown {
  // a word that is broken over two lines has its card at the first half
  const box = link.getClientRects()[0] ?? link.getBoundingClientRect()
  const left = Math.max(margin, Math.min(box.left, innerWidth - width - margin))
  return box.bottom > innerHeight * 0.6 ? { id, left, bottom: innerHeight - box.top + gap } : { id, left, top: box.bottom + gap }
}

const linkOf = (target: EventTarget | null) => (target instanceof Element ? target.closest<HTMLAnchorElement>('a.gloss') : null)

export function TermCards({ terms }: { terms: readonly GlossaryTerm[] }) {
  const texts = useTexts()
  const [shown, setShown] = useState<Shown>()
  const card = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let open: HTMLAnchorElement | undefined
    const later = (act: () => void) => {
      clearTimeout(timer)
      timer = setTimeout(act, waitMs)
    }
    const show = (link: HTMLAnchorElement) => {
      clearTimeout(timer)
      open = link
      setShown(besideWord(link, link.hash.slice(1)))
    }
    const hide = () => {
      clearTimeout(timer)
      open = undefined
      setShown(undefined)
    }
    const onPointerOver = ({ target, pointerType }: PointerEvent) => {
      if (pointerType === 'touch') return
      const link = linkOf(target)
      if (link) later(() => show(link))
      else if (card.current?.contains(target as Node)) clearTimeout(timer)
      else if (document.activeElement !== open || !open) later(hide)
    }
    const onFocus = ({ target }: FocusEvent) => {
      const link = linkOf(target)
      // a click, too, gives the focus, and is on its way to the glossary
      if (link?.matches(':focus-visible')) show(link)
      else if (open) hide()
    }
    const onKey = ({ key }: KeyboardEvent) => key === 'Escape' && hide()
    // on a touch screen nothing is pointed at: the first touch shows the card, the second follows the link
    let touched = false
    const onPointerDown = ({ target, pointerType }: PointerEvent) => {
      touched = pointerType === 'touch'
      if (touched && !linkOf(target)) hide()
    }
    const onClick = (event: MouseEvent) => {
      const link = linkOf(event.target)
      if (!link || !touched || link === open) return
      event.preventDefault()
      show(link)
    }
    const listeners: [string, (event: never) => void][] = [
      ['pointerover', onPointerOver],
      ['pointerdown', onPointerDown],
      ['click', onClick],
      ['focusin', onFocus],
      ['keydown', onKey],
    ]
    for (const [name, listener] of listeners) document.addEventListener(name, listener as EventListener)
    // a word that gets the focus is scrolled to, and the card goes along
    const onScroll = () => (open && open === document.activeElement ? show(open) : hide())
    document.addEventListener('scroll', onScroll, { capture: true, passive: true })
    return () => {
      clearTimeout(timer)
      for (const [name, listener] of listeners) document.removeEventListener(name, listener as EventListener)
      document.removeEventListener('scroll', onScroll, { capture: true })
    }
  }, [])
  const term = terms.find(({ id }) => id === shown?.id)
  return (
    <>
      <div hidden>
        {terms.map(({ id, says }) => (
          <p key={id} id={`term-${id}`}>
            <Inline text={says} />
          </p>
        ))}
      </div>
      {term && shown && (
        // said to screen readers by the word's own description
        <div ref={card} className="term-card" aria-hidden="true" style={{ width, left: shown.left, top: shown.top, bottom: shown.bottom }}>
          <b>{term.term}</b>
          <p>
            <Inline text={term.says} />
          </p>
          {term.lesson && <p className="dim">{texts.glossary.introduced(`${term.lesson.number} ${term.lesson.title}`)}</p>}
        </div>
      )}
    </>
  )
}
