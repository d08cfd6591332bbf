/**
 * A value of a container's `env` with its references filled in: `$(NAME)` is the value of a variable that stands before it, or stays
 * as it is where there is none; `$$(NAME)` is the text `$(NAME)`. null: it refers to one (`lookUp` gave null) whose value nobody knows.
 * The commands of hooks are not expanded.
 *
 * Source: third_party/forked/golang/expansion/expand.go Expand; pkg/kubelet/kubelet_pods.go makeEnvironmentVariables
 */
export function expandVariables(
  input: string,
  lookUp: (name: string) => string | null | undefined,
): string | null {
  let known = true;
  const text = input.replace(
    /\$(?:(\$)|\(([^)]*)\))/g,
    (written, escaped: string | undefined, name: string) => {
      if (escaped !== undefined) return '$';
      const value = lookUp(name);
      if (value === null) known = false;
      return value ?? written;
    },
  );
  return known ? text : null;
}
