'use client'
// The part of the address after #, by which a page shows one of its views; Back leaves it, a reload keeps it. Used by work-page.tsx and path-link.tsx.
import { useSyncExternalStore } from 'react'

export const pathHash = '#path'
export const diagnosisHash = '#diagnosis'

/** Empty until the page has hydrated. */
export function useHash(): string {
  return useSyncExternalStore(
    (listener) => {
      addEventListener('hashchange', listener)
      return () => removeEventListener('hashchange', listener)
    },
    () => location.hash,
    () => '',
  )
}
