'use client'
// The part of the address after #, by which a page shows one of its views; Back leaves it, a reload keeps it. Used by work-page.tsx and the links to its views.
import { useSyncExternalStore } from 'react'

export const pathHash = '#path'
export const mapHash = '#map'
export const diagnosisHash = '#diagnosis'
export const labHash = '#lab'
export const readingHash = '#reading'

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
