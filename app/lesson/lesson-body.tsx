// Runs a compiled lesson with the components lessons may use. On the server only: it evaluates code, which the page's content policy forbids in browsers.
import { getMDXComponent } from 'mdx-bundler/client'
import type { DiagnosisTree } from '../../labs/spec/diagnosis.ts'
import type { Quiz as Questions } from '../../labs/spec/lesson.ts'
import { CapturePointsFigure } from '../figures/capture-points-figure.tsx'
import { DiagnosisFigure } from '../figures/diagnosis-figure.tsx'
import { DiceFigure } from '../figures/dice-figure.tsx'
import { EdgeFigure } from '../figures/edge-figure.tsx'
import { FrameFigure } from '../figures/frame-figure.tsx'
import { HookLadderFigure } from '../figures/hook-ladder-figure.tsx'
import { NameFigure } from '../figures/name-figure.tsx'
import { NodeRouterFigure } from '../figures/node-router-figure.tsx'
import { PolicyMatrixFigure } from '../figures/policy-matrix-figure.tsx'
import { ServiceQueryFigure } from '../figures/service-query-figure.tsx'
import { VirtualIpFigure } from '../figures/virtual-ip-figure.tsx'
import { WayOutFigure } from '../figures/way-out-figure.tsx'
import { BreakIt } from './break-it.tsx'
import { ConsoleBlock } from './console-block.tsx'
import { Predict } from './predict.tsx'
import { Quiz } from './quiz.tsx'
import { Since } from './since.tsx'

export function LessonBody({ code, questions, diagnosis }: { code: string; questions: Questions; diagnosis: DiagnosisTree }) {
  const Content = getMDXComponent(code)
  return (
    <Content
      components={{
        Console: ConsoleBlock,
        Predict,
        Since,
        BreakIt,
        DiceFigure,
        EdgeFigure,
        FrameFigure,
        CapturePointsFigure,
        DiagnosisFigure: () => <DiagnosisFigure tree={diagnosis} />,
        HookLadderFigure,
        NameFigure,
        NodeRouterFigure,
        PolicyMatrixFigure,
        ServiceQueryFigure,
        VirtualIpFigure,
        WayOutFigure,
        Quiz: () => <Quiz questions={questions} />,
      }}
    />
  )
}
