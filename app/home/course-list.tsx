// The courses, each with its lessons and how far the learner is.
import type { CourseContent } from '../../labs/catalogue/lesson-catalogue.ts'
import type { Locale } from '../../labs/spec/names.ts'
import { Ruler } from '../shell/ruler.tsx'
import { textsOf } from '../texts/texts.ts'
import { ReadMark } from './read-mark.tsx'

/** `solved`: ids of scenarios; a lesson counts as done when its exercise is solved. */
export function CourseList({ locale, courses, solved }: { locale: Locale; courses: CourseContent[]; solved: ReadonlySet<string> }) {
  const texts = textsOf(locale)
  const withLessons = courses.filter((course) => course.lessons.length > 0)
  return (
    <section className="courses" aria-labelledby="courses-title">
      <h2 id="courses-title">{texts.courses}</h2>
      {withLessons.length === 0 && <p className="empty">{texts.home.noCourses}</p>}
      {withLessons.map((course) => {
        const done = course.lessons.flatMap((lesson, index) => (solved.has(lesson.scenario) ? [index + 1] : []))
        const next = course.lessons.findIndex((lesson) => !solved.has(lesson.scenario))
        return (
          <article key={course.id}>
            <h3>
              <span className="no">{course.number}</span>
              {course.title[locale] ?? course.title.en}
            </h3>
            <p>{course.summary[locale] ?? course.summary.en}</p>
            <Ruler
              label={texts.home.progress(done.length, course.lessons.length)}
              total={course.lessons.length}
              done={done}
              now={done.length > 0 && next >= 0 ? next + 1 : undefined}
            />
            <ol className="lessons">
              {course.lessons.map((lesson) => (
                <li key={lesson.slug}>
                  <a href={`/${locale}/lessons/${lesson.slug}`}>
                    <span className="no">
                      {course.number}.{lesson.number}
                    </span>
                    <span lang={lesson.locale}>{lesson.title}</span>
                  </a>
                  <span className="dim num">
                    <ReadMark slug={lesson.slug} /> {texts.home.minutes(lesson.minutes)}
                  </span>
                </li>
              ))}
            </ol>
          </article>
        )
      })}
      <p className="more">
        <a href={`/${locale}/progress`}>{texts.progress.title}</a>
        <a href={`/${locale}/glossary`}>{texts.glossary.title}</a>
      </p>
    </section>
  )
}
