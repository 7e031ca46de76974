"""The faults of a file are told so that they can be corrected."""

from feedback.web.office.faults import MOST_ROWS_NAMED, RowFault, gathered


def test_the_same_fault_in_many_rows_is_told_once_with_its_rows():
    found = gathered(
        [
            "row 3, group: must be one",
            "row 2, sms: is short",
            "row 9, group: must be one",
        ]
    )

    assert found.of_rows == (
        RowFault(rows=(2,), column="sms", sentence="is short"),
        RowFault(rows=(3, 9), column="group", sentence="must be one"),
    )
    assert len(found) == 3


def test_of_very_many_rows_only_the_first_are_named():
    (one,) = gathered(f"row {n}, sms: is short" for n in range(2, 302)).of_rows

    assert one.where.startswith("2, 3, 4,")
    assert one.where.endswith(f" and {300 - MOST_ROWS_NAMED} more")


def test_a_fault_of_a_whole_row_or_of_no_row_is_kept():
    found = gathered(["row 2: exists", "reviews[0].reference: is twice"])

    assert found.of_rows[0].column is None
    assert found.others == ("reviews[0].reference: is twice",)
