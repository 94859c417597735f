'use client'
// One lab per page: creates its controller and gives it to the lab pane and to the lesson. `useLab` is what lessons use.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import { labConnection } from './lab-connection.ts'
import { commandKey, LabController, type LabView } from './lab-controller.ts'

export interface LabScenario {
  id: string
  title: string
  /** how many minutes it usually takes */
  minutes: number
  /** number of the lesson that uses it, such as `2.1` */
  number?: string
  ticket?: LabSnapshot['ticket']
}

interface LabValue {
  scenario: LabScenario
  begin: 'broken' | 'healthy'
  controller: LabController | undefined
}

const LabContext = createContext<LabValue | undefined>(undefined)

/** `begin`: lessons start their lab healthy, lab pages start it broken. */
export function LabProvider({ scenario, begin, children }: { scenario: LabScenario; begin: 'broken' | 'healthy'; children: ReactNode }) {
  const locale = useLocale()
  const texts = useTexts()
  const [controller, setController] = useState<LabController>()
  useEffect(() => {
    const created = new LabController(labConnection(texts), scenario.id, locale)
    setController(created)
    void created.find()
    return () => created.dispose()
  }, [scenario.id, locale, texts])
  const value = useMemo(() => ({ scenario, begin, controller }), [scenario, begin, controller])
  return <LabContext value={value}>{children}</LabContext>
}

function useLabValue(): LabValue {
  const value = useContext(LabContext)
  if (!value) throw new Error('useLab is called outside a LabProvider')
  return value
}

/** The controller, once the page has hydrated. */
export const useLabController = (): LabController | undefined => useLabValue().controller
export const useLabScenario = (): LabScenario & { begin: 'broken' | 'healthy' } => {
  const { scenario, begin } = useLabValue()
  return { ...scenario, begin }
}

const noSubscription = () => () => undefined

/** What the lab shows now; the component renders again on every change. */
export function useLabView(): LabView {
  const { controller } = useLabValue()
  return useSyncExternalStore(
    controller?.subscribe ?? noSubscription,
    () => controller?.view ?? LabController.emptyView,
    () => LabController.emptyView,
  )
}

export interface Lab {
  state: LabSnapshot['state'] | 'none'
  /** commands can be typed now; otherwise they wait for the lab to start */
  ready: boolean
  /** Types a command into that place's terminal, opening it; with `run` also Enter. Before the lab is ready it is kept until then. */
  typeCommand(target: string, command: string, options?: { run?: boolean }): void
  /** When a command last finished in this lab (epoch ms), and how. */
  ranCommand(target: string, command: string): { at: number; exitCode?: number } | undefined
  /** Puts the fault into the running healthy lab. */
  breakIt(): void
  start(): void
}

/** The lab beside a lesson. */
export function useLab(): Lab {
  const { controller, begin } = useLabValue()
  const view = useLabView()
  const state = view.gone ? 'none' : (view.snapshot?.state ?? 'none')
  return {
    state,
    ready: ['healthy', 'breaking', 'broken', 'solved'].includes(state),
    typeCommand: (target, command, options) => void controller?.typeCommand(target, command, { run: options?.run ?? false }),
    ranCommand: (target, command) => view.commandsRun.get(commandKey(target, command)),
    breakIt: () => void controller?.breakIt(),
    start: () => void controller?.start(begin),
  }
}
