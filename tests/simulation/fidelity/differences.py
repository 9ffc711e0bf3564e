"""Where the local engine is known to do otherwise than AWS: the case, and what it does instead.

All of them are things that the product does not do; what it relies on, the engine has right.
"""

_JUDGES = "it judges the condition, which then fails"
_TAKES_PATH_TWICE = "it carries out both, one after the other"

DIFFERENCES = {
    "test_a_condition_that_is_none_is_refused[function]": _JUDGES,
    "test_an_operator_refuses_a_value_that_it_cannot_work_on[begins_with]": _JUDGES,
    "test_an_operator_refuses_a_value_that_it_cannot_work_on[order]": _JUDGES,
    "test_an_operator_refuses_a_value_that_it_cannot_work_on[between]": _JUDGES,
    "test_in_takes_no_more_than_a_hundred_choices": "it takes any number",
    "test_only_a_list_can_be_appended_to": "it puts the new list in place of what is no list",
    "test_an_update_that_is_none_is_refused[set twice]": _TAKES_PATH_TWICE,
    "test_an_update_that_is_none_is_refused[set and removed]": _TAKES_PATH_TWICE,
    "test_an_update_that_is_none_is_refused[sections]": "it carries out the last section alone",
    "test_an_update_that_is_none_is_refused[no sign]": "it does nothing, and says it did",
    "test_a_key_condition_names_the_partition_and_one_bound[or]": "it finds nothing",
    "test_a_key_condition_names_the_partition_and_one_bound[unequal]": "it finds nothing",
    "test_a_query_goes_on_from_a_whole_key_of_its_partition_alone[long]": "it ignores the rest",
    "test_a_filter_does_not_look_at_keys": "it filters by them",
    "test_a_batch_of_more_than_16_megabytes_leaves_keys_for_later": "it answers with all of them",
    "test_an_item_with_a_key_of_another_type_cancels_before_conditions_are_judged": (
        "it tells every item that does not fit, not the first alone"
    ),
}
