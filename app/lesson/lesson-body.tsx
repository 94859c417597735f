// Runs a compiled lesson with the components lessons may use. On the server only: it evaluates code, which the page's content policy forbids in browsers.
import { getMDXComponent } from 'mdx-bundler/client'
import type { DiagnosisTree } from '../../labs/spec/diagnosis.ts'
import type { Quiz as Questions } from '../../labs/spec/lesson.ts'
import * as figures from '../figures/index.tsx'
import { BreakIt } from './break-it.tsx'
import { ConsoleBlock } from './console-block.tsx'
import { Predict } from './predict.tsx'
import { Quiz } from './quiz.tsx'
import { Since } from './since.tsx'

interface LessonBodyProps {
  slug: string
  code: string
  questions: Questions
  diagnosis: DiagnosisTree
}

export function LessonBody({ slug, code, questions, diagnosis }: LessonBodyProps) {
  const Content = getMDXComponent(code)
  return (
    <Content
      components={{
        Console: ConsoleBlock,
        Predict,
        Since,
        BreakIt,
        ...figures,
        DiagnosisFigure: () => <figures.DiagnosisFigure tree={diagnosis} />,
        Quiz: () => <Quiz slug={slug} questions={questions} />,
      }}
    />
  )
}
