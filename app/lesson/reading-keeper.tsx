'use client'
// Remembers where a lesson was left and scrolls there when it is opened again, notes when it was read to its end, and moves between lessons by Alt+N and Alt+P.
import { useEffect } from 'react'
import { lessonRecord, updateLesson } from './reading-record.ts'

const restMs = 400

/** The first block that is still to be seen, and how much of it is above the edge: pixels would be wrong on another screen. */
function placeIn(frame: HTMLElement, blocks: readonly Element[]): { block: number; part: number } | undefined {
  const edge = frame.getBoundingClientRect().top
  const block = blocks.findIndex((each) => each.getBoundingClientRect().bottom > edge)
  const box = blocks[block]?.getBoundingClientRect()
  if (!box || box.height === 0) return undefined
  return { block, part: Math.min(1, Math.max(0, (edge - box.top) / box.height)) }
}

export function ReadingKeeper({ slug }: { slug: string }) {
  useEffect(() => {
    const frame = document.getElementById('reading')
    const column = frame?.querySelector('.lesson-column')
    const end = column?.querySelector('nav.pn')
    if (!frame || !column || !end) return
    // figures and marks without a box of their own are no places
    const blocks = () => [...column.children].filter((each) => !(each instanceof HTMLElement && each.hidden))

    const { place } = lessonRecord(slug)
    const box = place && blocks()[place.block]?.getBoundingClientRect()
    // an address with # names a place itself
    if (place && box && location.hash === '') frame.scrollTop += box.top + box.height * place.part - frame.getBoundingClientRect().top

    let timer: ReturnType<typeof setTimeout> | undefined
    const keep = () => {
      // behind the map, the diagnosis or the lab there is nothing to be read
      if (frame.clientHeight === 0) return
      updateLesson(slug, { place: frame.scrollTop < frame.clientHeight / 4 ? undefined : placeIn(frame, blocks()) })
    }
    const onScroll = () => {
      clearTimeout(timer)
      timer = setTimeout(keep, restMs)
    }
    frame.addEventListener('scroll', onScroll, { passive: true })
    const watcher = new IntersectionObserver(([seen]) => {
      if (seen?.isIntersecting && lessonRecord(slug).readAt === undefined) updateLesson(slug, { readAt: Date.now() })
    })
    watcher.observe(end)
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
      const side = event.code === 'KeyN' ? 'next' : event.code === 'KeyP' ? 'prev' : undefined
      // a terminal has its own Alt keys
      if (!side || (event.target instanceof Element && event.target.closest('.xterm'))) return
      const link = end.querySelector<HTMLAnchorElement>(`a[rel=${side}]`)
      if (!link) return
      event.preventDefault()
      link.click()
    }
    document.addEventListener('keydown', onKey)
    return () => {
      clearTimeout(timer)
      frame.removeEventListener('scroll', onScroll)
      watcher.disconnect()
      document.removeEventListener('keydown', onKey)
    }
  }, [slug])
  return null
}
