// How a picture is blurred until it is revealed: the person's own setting or else the stricter of the organisation's and the
// queue's, by the categories of its labels. A setting that cannot be read counts as the strongest: a fault must never show too much.
/** @import { BlurSetting, Label, LabelPath } from "../../shared/types.js" */
import { config } from "../../shared/config.js";
import { preferences } from "../../shared/preferences.js";

export const STRONGEST = 3;

export const filterInForce = () => preferences().filter ?? preferences().default;

/** An alias of a category is that category. */
export function canonical(riskLabel) {
  const folded = riskLabel.toLowerCase();
  return config.categories[folded] ?? folded;
}

const blurOf = (setting) => (setting?.blur >= 0 && setting.blur <= STRONGEST ? setting.blur : STRONGEST);

/** The address of a picture's copy at this strength; of the strongest it is the plain one. */
export const blurredUrl = ({ blurredUrl: url }, blur) => (url && blur < STRONGEST ? `${url}?strength=${blur}` : url);

/** {blur: 0 to 3, grayscale} over a task's picture: of what its labels ask for, the strictest; while they are not known, of
 * all that are set.
 * @param {{labels?: Label[], result?: LabelPath, queueBlur?: number|null}} task
 * @returns {BlurSetting} */
export function blurSettingOf({ labels, result, queueBlur }) {
  const filter = filterInForce();
  const named = [...(labels ?? []), result ?? {}].map(({ riskLabel1 }) => riskLabel1).filter(Boolean);
  const asked = named.map((name) => filter?.categories?.[canonical(name)] ?? filter);
  const unknown = labels || result ? [] : Object.values(filter?.categories ?? {});
  const settings = asked.length ? asked : [filter, ...unknown];
  const least = preferences().filter ? 0 : queueBlur ?? 0;
  return { blur: Math.max(least, ...settings.map(blurOf)), grayscale: settings.some((setting) => setting?.grayscale !== false) };
}
