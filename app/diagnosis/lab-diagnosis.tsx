'use client'
// The diagnosis tree beside a lab: its commands go into the lab's terminals. Used by a lab's drawer and by the lesson's figure.
import type { DiagnosisTree } from '../../labs/spec/diagnosis.ts'
import { useLab, useLabController, useLabView } from '../lab/lab-context.tsx'
import { Diagnosis } from './diagnosis.tsx'

export function LabDiagnosis({ tree, heading }: { tree: DiagnosisTree; heading: 'h2' | 'h3' }) {
  const lab = useLab()
  const controller = useLabController()
  const { snapshot, terminals, active } = useLabView()
  const front = terminals.find((tab) => tab.id === active)?.target
  const beside =
    lab.ready && snapshot && controller
      ? { targets: snapshot.targets, front, type: lab.typeCommand, run: controller.runCommand }
      : undefined
  return <Diagnosis tree={tree} lab={beside} heading={heading} />
}
