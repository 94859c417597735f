// The lesson before and the lesson after, at the end of a lesson.
import type { LessonSummary } from '../../labs/spec/lesson.ts'
import type { Locale } from '../../labs/spec/names.ts'
import { textsOf } from '../texts/texts.ts'

/** `lessons`: all of them, in the order of the courses. */
export function LessonNeighbours({ locale, lessons, slug }: { locale: Locale; lessons: LessonSummary[]; slug: string }) {
  const texts = textsOf(locale).lesson
  const at = lessons.findIndex((lesson) => lesson.slug === slug)
  const sides = [
    { name: texts.previous, rel: 'prev', keys: 'Alt+P', lesson: lessons[at - 1] },
    { name: texts.next, rel: 'next', keys: 'Alt+N', lesson: lessons[at + 1] },
  ] as const
  return (
    <nav className="pn" aria-label={texts.neighbours}>
      {sides.map(({ name, rel, keys, lesson }) =>
        lesson ? (
          <a key={name} className="plain" rel={rel} aria-keyshortcuts={keys} href={`/${locale}/lessons/${lesson.slug}`}>
            <span className="dim">
              {name} <kbd>{keys}</kbd>
            </span>
            {lesson.courseNumber}.{lesson.number} {lesson.title}
          </a>
        ) : (
          <span key={name} />
        ),
      )}
    </nav>
  )
}
