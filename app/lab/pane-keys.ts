'use client'
// F6 and Shift+F6 move the keyboard between the panes of a page: reading or map, terminals, tasks; or those of a packet's path.
import { useEffect } from 'react'

const order = ['reading', 'probe', 'trace', 'map', 'terminals', 'tasks', 'lab']

export function usePaneKeys(show: (view: 'reading' | 'lab' | 'map') => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'F6' || event.ctrlKey || event.altKey) return
      // behind a debrief or a path there is nothing to go to
      const all = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter((pane) => !pane.closest('[hidden]'))
      // The lab as a whole is a stop only while it has no parts.
      const panes = all.filter((pane) => pane.dataset.pane !== 'lab' || !all.some((other) => other !== pane && pane.contains(other)))
      panes.sort((a, b) => order.indexOf(a.dataset.pane ?? '') - order.indexOf(b.dataset.pane ?? ''))
      if (panes.length === 0) return
      event.preventDefault()
      const at = panes.findIndex((pane) => pane.contains(document.activeElement))
      const next = panes[(at + (event.shiftKey ? -1 : 1) + panes.length) % panes.length]
      if (!next) return
      const view = next.dataset.pane
      show(view === 'reading' || view === 'map' ? view : 'lab')
      const inside = next.dataset.pane === 'terminals' ? next.querySelector<HTMLElement>('.screen:not([hidden]) textarea') : null
      requestAnimationFrame(() => (inside ?? next).focus())
    }
    addEventListener('keydown', onKeyDown, true)
    return () => removeEventListener('keydown', onKeyDown, true)
  }, [show])
}
