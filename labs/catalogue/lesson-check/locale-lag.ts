// What a lesson has in English and not in another language, or the other way round. Used by check-lessons.ts.
import { basename } from 'node:path'
import type { Finding } from '../authoring/lint.ts'
import type { LessonPart, LessonSource } from './lesson-source.ts'

const mend = 'Bring both files to the same state.'

/** The first difference of each kind: what follows it is mostly its consequence. */
export function localeLag(lesson: LessonSource, english: LessonSource): Finding[] {
  const kinds: LessonPart['kind'][] = ['heading', 'element', 'console block']
  return [
    ...kinds.flatMap((kind) => partsLag(kind, lesson, english)),
    ...(['scenario', 'minutes'] as const).flatMap((field): Finding[] => {
      const [here, there] = [lesson.head?.[field], english.head?.[field]]
      if (here === there || here === undefined || there === undefined) return []
      const message = `${field} is ${here}, in ${basename(english.file)} ${there}`
      return [{ level: 'warning', file: lesson.file, line: 1, column: 1, message, mend }]
    }),
    ...quizLag(lesson, english),
  ]
}

function partsLag(kind: LessonPart['kind'], lesson: LessonSource, english: LessonSource): Finding[] {
  const [here, there] = [lesson, english].map(({ parts }) => parts.filter((part) => part.kind === kind)) as [LessonPart[], LessonPart[]]
  const at = Math.max(here.length, there.length)
  const index = [...Array(at).keys()].find((i) => here[i]?.same !== there[i]?.same)
  if (index === undefined) return []
  const [mine, theirs] = [here[index], there[index]]
  const original = basename(english.file)
  const counts = here.length === there.length ? [] : [`${here.length} ${kind}s, in ${original} ${there.length}`]
  const first = mine && theirs ? [`the ${kind} ${mine.name} is another than ${theirs.name} in ${original}:${theirs.line}`] : []
  const message = [...counts, ...first].join(': ')
  const { line, column } = mine ?? here.at(-1) ?? { line: 1, column: 1 }
  return [{ level: 'warning', file: lesson.file, line, column, message, mend }]
}

function quizLag({ quiz, quizFile }: LessonSource, english: LessonSource): Finding[] {
  if (!quiz || !quizFile || !english.quiz || !english.quizFile) return []
  const { quiz: theirs, quizFile: original } = english
  const at = (index: number, message: string): Finding => ({
    ...{ level: 'warning', file: quizFile.name, ...quizFile.positionOf([Math.min(index, quiz.length - 1)]), message },
    mend,
  })
  if (quiz.length !== theirs.length)
    return [at(Math.min(quiz.length, theirs.length), `${quiz.length} questions, in ${basename(original.name)} ${theirs.length}`)]
  return quiz.flatMap(({ options }, index) => {
    const asked = theirs[index]?.options ?? []
    const place = `${basename(original.name)}:${original.positionOf([index]).line}`
    if (options.length !== asked.length) return [at(index, `${options.length} options, in ${place} ${asked.length}`)]
    const right = options.findIndex(({ ok }) => ok) + 1
    const rightThere = asked.findIndex(({ ok }) => ok) + 1
    return right === rightThere ? [] : [at(index, `the right answer is option ${right}, in ${place} option ${rightThere}`)]
  })
}
