// What the browser keeps of lessons: which were read, where reading stopped, what was answered. Framework-free; the progress page takes it along in a file.
import type { LessonRecord, ProgressFile } from '../../labs/spec/progress-file.ts'

type Lessons = ProgressFile['lessons']

const key = 'podwire.lessons'
/** told to the page itself when its record changes; other pages get the browser's own `storage` */
export const recordChanged = 'podwire-lessons'

/** Naming localStorage can throw, too, hence inside. */
export function readLessons(): Lessons {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Lessons) : {}
  } catch {
    return {} // a browser that keeps nothing, or something else under this name
  }
}

export function writeLessons(lessons: Lessons): void {
  try {
    localStorage.setItem(key, JSON.stringify(lessons))
  } catch {
    // a browser that keeps nothing: the record holds for this page
  }
  dispatchEvent(new Event(recordChanged))
}

export const lessonRecord = (slug: string): LessonRecord => readLessons()[slug] ?? {}

export function updateLesson(slug: string, change: LessonRecord): void {
  const lessons = readLessons()
  writeLessons({ ...lessons, [slug]: { ...lessons[slug], ...change } })
}

/** Both: the earlier reading, the answers and the place of the file only where this browser has none. */
export function mergeLessons(here: Lessons, file: Lessons): Lessons {
  const merged: Lessons = { ...here }
  for (const [slug, record] of Object.entries(file)) {
    const own = here[slug] ?? {}
    const readAt = Math.min(own.readAt ?? Number.POSITIVE_INFINITY, record.readAt ?? Number.POSITIVE_INFINITY)
    merged[slug] = { ...record, ...own, ...(Number.isFinite(readAt) && { readAt }) }
  }
  return merged
}
