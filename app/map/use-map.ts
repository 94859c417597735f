'use client'
// The map of the page's lab, followed while it is shown. Used by map-pane.tsx.
import { useEffect, useState, useSyncExternalStore } from 'react'
import { labConnection } from '../lab/lab-connection.ts'
import { useTexts } from '../texts/locale-context.tsx'
import { MapFeed, type MapView } from './map-feed.ts'

const noSubscription = () => () => undefined

/** `again`: change it to ask once more after a refusal. */
export function useMap(labId: string | undefined, shown: boolean, again: number): MapView {
  const texts = useTexts()
  const [feed, setFeed] = useState<MapFeed>()
  useEffect(() => setFeed(new MapFeed(labConnection(texts))), [texts])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` asks again
  useEffect(() => (feed && labId && shown ? feed.follow(labId) : undefined), [feed, labId, shown, again])
  return useSyncExternalStore(
    feed?.subscribe ?? noSubscription,
    () => feed?.view ?? MapFeed.emptyView,
    () => MapFeed.emptyView,
  )
}
