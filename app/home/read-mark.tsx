'use client'
// Says beside a lesson that it was read to its end, as this browser remembers it. In the list of courses.
import { useSyncExternalStore } from 'react'
import { readLessons, recordChanged } from '../lesson/reading-record.ts'
import { useTexts } from '../texts/locale-context.tsx'

function subscribe(listener: () => void): () => void {
  addEventListener('storage', listener)
  addEventListener(recordChanged, listener)
  return () => {
    removeEventListener('storage', listener)
    removeEventListener(recordChanged, listener)
  }
}

export function ReadMark({ slug }: { slug: string }) {
  const texts = useTexts().progress
  const read = useSyncExternalStore(
    subscribe,
    () => readLessons()[slug]?.readAt !== undefined,
    () => false,
  )
  return read ? <span className="read-mark">{texts.read}</span> : null
}
