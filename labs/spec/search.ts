// What the search looks through: one entry for each section of a lesson, each lab and each term. Made by the server, read by the page. Types only.

/** What a lesson says before its first heading, and under each one. */
export interface LessonSection {
  /** of the heading, as its address has it */
  id?: string
  heading?: string
  text: string
}

export interface SearchEntry {
  kind: 'lesson' | 'lab' | 'term'
  title: string
  /** other forms of a term */
  also?: string[]
  /** under which heading of a lesson */
  heading?: string
  /** without the language */
  href: string
  text: string
}
