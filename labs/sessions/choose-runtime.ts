// Which runtime a lab starts on: what the learner wants, what the scenario can, what this machine has. Pure; used by sessions.ts.
import { LabError } from '../spec/errors.ts'
import { lacksProgram } from '../spec/programs.ts'
import { type RuntimeName, runtimeNames, type Scenario, type ScenarioText } from '../spec/scenario.ts'
import type { Availability, RuntimeAvailability, RuntimeChoice, RuntimeOption } from '../spec/status.ts'

/** What of a scenario decides. */
export interface RuntimeNeeds {
  scenario: Pick<Scenario, 'id' | 'runtimes' | 'privileged' | 'programs'>
  text: Pick<ScenarioText, 'runtimes'>
}

/** A machine that cannot run labs at all says that first. */
function availableFor({ scenario }: RuntimeNeeds, name: RuntimeName, availability: Availability): RuntimeAvailability {
  const { privileged } = availability
  const here = availability[name]
  return here.available && scenario.privileged && privileged ? privileged : here
}

/** All runtimes, with the reason of each that cannot be. auto: embedded where it can, for it starts in a second; else kind. */
export function runtimeChoice(needs: RuntimeNeeds, availability: Availability): RuntimeChoice {
  const { scenario, text } = needs
  const options = runtimeNames.map((name): RuntimeOption => {
    if (!scenario.runtimes.includes(name))
      return { name, usable: false, reason: text.runtimes?.[name] ?? `${scenario.id} does not run on ${name}.` }
    const here = availableFor(needs, name, availability)
    if (!here.available) return { name, usable: false, reason: here.reason }
    const lacked = scenario.programs.find((program) => here.lacks?.includes(program))
    return lacked ? { name, usable: false, reason: lacksProgram(lacked) } : { name, usable: true }
  })
  const auto = options.find(({ usable }) => usable)?.name
  return { ...(auto ? { auto } : {}), options }
}

/** Throws runtime-unavailable with the reason and what can be done instead. */
export function chooseRuntime(needs: RuntimeNeeds, wanted: RuntimeName | 'auto', availability: Availability): RuntimeName {
  const { auto, options } = runtimeChoice(needs, availability)
  if (wanted === 'auto') {
    if (auto) return auto
    // the runtimes that the scenario has are what could be mended
    const missing = needs.scenario.runtimes.map((name) => availableFor(needs, name, availability)).find((each) => !each.available)
    throw refusal(
      options
        .filter(({ name }) => needs.scenario.runtimes.includes(name))
        .map(({ name, reason }) => `${name}: ${reason}`)
        .join(' '),
      missing && !missing.available ? missing.hint : undefined,
    )
  }
  const option = options.find(({ name }) => name === wanted)
  if (option?.usable) return wanted
  const here = availableFor(needs, wanted, availability)
  const own = here.available ? undefined : here.hint
  throw refusal(option?.reason ?? '', auto ? `Here it runs on ${auto}.` : own)
}

const refusal = (message: string, hint: string | undefined) => new LabError('runtime-unavailable', message, hint ? { hint } : {})
