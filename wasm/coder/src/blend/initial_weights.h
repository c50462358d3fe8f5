// Weights that the mixers of the blend start from: 1.0 = 2^13; by set, then for the mixer of the sets.
// Averages over the ends of short pieces of training text and programs, weighted by use (docs/BLEND.md). They
// are part of the format: other numbers would be another method.
#ifndef UNDERSTUDY_CODER_BLEND_INITIAL_WEIGHTS_H_
#define UNDERSTUDY_CODER_BLEND_INITIAL_WEIGHTS_H_

#include <cstdint>

namespace understudy::blend {

struct InitialWeights {
  int16_t inputs[4][16];
  int16_t sets[8];
};

inline constexpr InitialWeights kLanesWeights = {
    {{-33, 618, 962, 620, 591, 599, 798, 536, 1092, 962, 952, 747, 4214, 1323, 776, 607},
     {12, 536, 892, 613, 579, 669, 836, 451, 881, 901, 887, 869, 4327, 1401, 756, 625},
     {153, 551, 898, 773, 611, 717, 885, 510, 850, 853, 949, 817, 4160, 1214, 1058, 499},
     {118, 599, 924, 544, 678, 776, 767, 403, 989, 797, 891, 905, 4228, 1361, 734, 664}},
    {177, 2115, 2207, 3500, 0, 0, 0, 0}};

inline constexpr InitialWeights kOneLaneWeights = {
    {{384, 1046, 723, 417, 1148, 388, 658, 508, 1010, 890, 472, 617, 4885, 838, 881, 559},
     {462, 984, 721, 482, 1057, 420, 758, 623, 756, 798, 580, 384, 4983, 976, 915, 542},
     {632, 921, 743, 633, 925, 646, 730, 611, 852, 805, 596, 647, 4791, 1131, 1144, 358},
     {689, 996, 785, 215, 1176, 569, 619, 490, 839, 731, 398, 519, 4915, 903, 926, 642}},
    {563, 2433, 1746, 3097, 0, 0, 0, 0}};

inline constexpr InitialWeights kBinaryWeights = {
    {{332, 940, 726, 316, 1709, 2311, 1249, 24, 2417, -11, 1131, 1559, -2663, 1445, 1377, 1114},
     {22, 1061, 1046, 436, 1377, 1811, 1161, 73, 1779, 77, 1283, 1171, 468, 1400, 1729, 2312},
     {241, 1088, 572, 221, 1579, 2051, 1193, 363, 1953, 361, 998, 1235, -636, 1296, 1438, 2022},
     {176, 885, 900, 444, 1374, 1795, 1144, 268, 1972, 270, 1158, 1325, 264, 1464, 1640, 2192}},
    {152, 2422, 2494, 3368, 0, 0, 0, 0}};

}  // namespace understudy::blend

#endif  // UNDERSTUDY_CODER_BLEND_INITIAL_WEIGHTS_H_
