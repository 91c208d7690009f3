"""What the page of a replay shows of its report: figures, drawings, tables, cases."""
