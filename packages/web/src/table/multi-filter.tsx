import { Select } from 'antd';

interface MultiFilterProps {
  label: string;
  values: readonly string[] | undefined;
  options: readonly { value: string; label: string }[];
  onChange: (values: string[] | undefined) => void;
  testId?: string;
}

/** Any number of the offered values; none means all. */
export function MultiFilter({ label, values, options, onChange, testId }: MultiFilterProps) {
  return (
    <Select
      className="list-tools-filter"
      mode="multiple"
      allowClear
      maxTagCount="responsive"
      aria-label={label}
      placeholder={label}
      value={values ? [...values] : []}
      options={[...options]}
      optionFilterProp="label"
      onChange={(chosen: string[]) => onChange(chosen.length > 0 ? chosen : undefined)}
      data-testid={testId}
    />
  );
}
