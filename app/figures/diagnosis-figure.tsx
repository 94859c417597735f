'use client'
// The figure of the lesson method: the diagnosis tree itself; how many causes an answer leaves is counted from the tree.
import type { DiagnosisTree } from '../../labs/spec/diagnosis.ts'
import { LabDiagnosis } from '../diagnosis/lab-diagnosis.tsx'
import { useTexts } from '../texts/locale-context.tsx'

export function DiagnosisFigure({ tree }: { tree: DiagnosisTree }) {
  const texts = useTexts()
  return (
    <figure className="figure">
      <LabDiagnosis tree={tree} heading="h3" />
      <figcaption>
        <b>{texts.lesson.figure}</b> {texts.diagnosis.caption}
      </figcaption>
    </figure>
  )
}
