// The lesson before and the lesson after, at the end of a lesson.
import type { LessonSummary } from '../../labs/spec/lesson.ts'
import type { Locale } from '../../labs/spec/names.ts'
import { textsOf } from '../texts/texts.ts'

/** `lessons`: all of them, in the order of the courses. */
export function LessonNeighbours({ locale, lessons, slug }: { locale: Locale; lessons: LessonSummary[]; slug: string }) {
  const texts = textsOf(locale).lesson
  const at = lessons.findIndex((lesson) => lesson.slug === slug)
  const sides = [
    [texts.previous, lessons[at - 1]],
    [texts.next, lessons[at + 1]],
  ] as const
  return (
    <nav className="pn" aria-label={texts.neighbours}>
      {sides.map(([name, lesson]) =>
        lesson ? (
          <a key={name} className="plain" href={`/${locale}/lessons/${lesson.slug}`}>
            <span className="dim">{name}</span>
            {lesson.courseNumber}.{lesson.number} {lesson.title}
          </a>
        ) : (
          <span key={name} />
        ),
      )}
    </nav>
  )
}
