'use client'
// Tells screen readers what changed on the map, politely, gathered for two seconds. Used by map-pane.tsx.
import { useEffect, useRef, useState } from 'react'
import { useTexts } from '../texts/locale-context.tsx'
import type { Texts } from '../texts/texts.ts'
import type { RecentChange } from './map-feed.ts'

const batchMs = 2000
const mostSaid = 3

export const sayChange = ({ what, how, label, text }: RecentChange, texts: Texts): string => texts.map.change[what][how](label, text)

/** A pod that came or went is said first: its node's wires and routes go with it. */
const rank = ({ what }: RecentChange) => ['place', 'route', 'address', 'state', 'rule', 'interface'].indexOf(what)

export function sayChanges(changes: readonly RecentChange[], texts: Texts): string {
  const sorted = [...changes].sort((a, b) => rank(a) - rank(b))
  const said = sorted.slice(0, mostSaid).map((change) => sayChange(change, texts))
  return [...said, ...(sorted.length > mostSaid ? [texts.map.moreChanges(sorted.length - mostSaid)] : [])].join(' ')
}

export function MapAnnouncer({ recent }: { recent: readonly RecentChange[] }) {
  const texts = useTexts()
  const [said, setSaid] = useState('')
  const known = useRef(new WeakSet<RecentChange>())
  const waiting = useRef<RecentChange[]>([])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    for (const change of recent) {
      if (known.current.has(change)) continue
      known.current.add(change)
      waiting.current.push(change)
    }
    if (waiting.current.length === 0 || timer.current !== undefined) return
    timer.current = setTimeout(() => {
      timer.current = undefined
      setSaid(sayChanges(waiting.current, texts))
      waiting.current = []
    }, batchMs)
  }, [recent, texts])
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <p className="vh" aria-live="polite" data-announces="map">
      {said}
    </p>
  )
}
